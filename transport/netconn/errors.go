package netconn

import (
	"context"
	"errors"
	"net"
	"os"
	"syscall"
)

// opError returns what package net returns when op fails with err.
func opError(op, network string, source, addr *Addr, err error) error {
	if errno, ok := err.(syscall.Errno); ok {
		err = os.NewSyscallError(calls[op], errno)
	}
	e := &net.OpError{Op: op, Net: network, Err: err}
	if source != nil { // or the interface would not be nil
		e.Source = source.public()
	}
	if addr != nil {
		e.Addr = addr.public()
	}
	return e
}

// calls has the system calls that package net names for its operations.
var calls = map[string]string{
	"dial": "connect", "listen": "bind", "read": "read", "write": "write",
}

// dialError is what package net makes of the error of a context that ended a dial.
type dialError struct{ context error }

func contextError(err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return dialError{err}
	}
	return err
}

func (e dialError) Error() string {
	if e.Timeout() {
		return "i/o timeout"
	}
	return "operation was canceled"
}

func (e dialError) Timeout() bool   { return errors.Is(e.context, context.DeadlineExceeded) }
func (e dialError) Temporary() bool { return e.Timeout() }
func (e dialError) Unwrap() error   { return e.context }
