package ddata

import "errors"

var (
	// ErrTooFew means that not enough nodes answered in time. An Update stands on the nodes
	// that have it all the same, and goes on spreading.
	ErrTooFew = errors.New("too few nodes answered")
	// ErrType means that the key has a value of another type on this node.
	ErrType = errors.New("the key has another type")
	// ErrPanic means that the function given to Update panicked. Nothing was changed.
	ErrPanic = errors.New("the update panicked")
	// ErrStarted means that the actor system has a replicator already.
	ErrStarted = errors.New("replicator was started before")
	// ErrNotStarted means that the actor system has no replicator.
	ErrNotStarted = errors.New("no replicator was started")
	// ErrOption means that an option makes no sense.
	ErrOption = errors.New("bad option")
)
