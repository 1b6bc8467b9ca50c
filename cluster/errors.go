package cluster

import "errors"

var (
	// ErrDowned means that the node was declared Down, by the others or by its own
	// downing policy. It has to be started anew to come back.
	ErrDowned = errors.New("node was downed")
	// ErrReplaced means that a younger node is a member at the same address, or that the
	// incarnation of this one was a member before.
	ErrReplaced = errors.New("another incarnation of the node is or was a member")
	// ErrStopped means that the node's actor system ended without leaving.
	ErrStopped = errors.New("actor system stopped")
	// ErrStarted means that the actor system is a member already.
	ErrStarted = errors.New("membership was started before")
	// ErrOption means that an option, or two together, make no sense.
	ErrOption = errors.New("bad option")
)
