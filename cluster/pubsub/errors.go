package pubsub

import "errors"

var (
	// ErrStarted means that the node has pubsub already.
	ErrStarted = errors.New("pubsub was started before")
	// ErrType means that a topic has another type of messages.
	ErrType = errors.New("topic has another type")
	// ErrName means that a name is empty.
	ErrName = errors.New("name is empty")
	// ErrNoSubscriber means that nobody is there who could get the message.
	ErrNoSubscriber = errors.New("no subscriber")
	// ErrOption means that an option makes no sense.
	ErrOption = errors.New("bad option")
)
