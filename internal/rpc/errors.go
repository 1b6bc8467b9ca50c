package rpc

import (
	"errors"
	"fmt"
)

var (
	// ErrClosed means that the connection has ended. What wraps it says why.
	ErrClosed = errors.New("rpc: connection closed")
	// ErrUnknownMethod means that the other end does not answer to the method.
	ErrUnknownMethod = errors.New("rpc: unknown method")
	// ErrFull means that the other end has not read for so long that too much waits to
	// be written.
	ErrFull = fmt.Errorf("the other end does not read, and %d bytes wait for it", maxQueue)
	// ErrTooLong means that a message is longer than MaxMessage.
	ErrTooLong = fmt.Errorf("message longer than %d bytes", MaxMessage)
)

// RemoteError is an error that a handler of the other end returned.
type RemoteError struct {
	Method string
	Text   string // of the handler's error
}

// Error returns the text, which is complete without the method.
func (e *RemoteError) Error() string { return e.Text }
