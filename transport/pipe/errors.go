package pipe

import "errors"

var (
	// ErrBusy means that the host has an endpoint already, at another address.
	ErrBusy = errors.New("one endpoint at a time: this host has one")
	// ErrNotLeased means that the broker has not told the host's Line which Switch to
	// use: no spec has this host.
	ErrNotLeased = errors.New("no spec has leased this host")
)
