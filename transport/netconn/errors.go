package netconn

import (
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
		e.Source = source
	}
	if addr != nil {
		e.Addr = addr
	}
	return e
}

// calls has the system calls that package net names for its operations.
var calls = map[string]string{
	"dial": "connect", "listen": "bind", "read": "read", "write": "write",
}
