package receptionist

import "errors"

var (
	// ErrType means that actors with another type of messages are registered under the
	// key's name.
	ErrType = errors.New("key has another type")
	// ErrName means that the key has no name.
	ErrName = errors.New("name is empty")
)
