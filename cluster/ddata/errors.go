package ddata

import "errors"

var (
	// ErrTooFew means that not enough nodes answered in time. An Update stands on the nodes
	// that have it all the same, and goes on spreading.
	ErrTooFew = errors.New("too few nodes answered")
	// ErrRefused means that a node could not take or merge what it was sent; the error says
	// which, and why. It comes with ErrTooFew, as soon as too few nodes are left that can.
	ErrRefused = errors.New("a node cannot merge the value")
	// ErrTooLarge means that a value has become too large to travel. Nothing was changed.
	ErrTooLarge = errors.New("the value is too large")
	// ErrType means that the key has a value of another type on this node.
	ErrType = errors.New("the key has another type")
	// ErrPanic means that the function given to Update panicked, or a method of the value.
	// Nothing was changed.
	ErrPanic = errors.New("the update panicked")
	// errMerge means that a method of the value panicked while it was merged.
	errMerge = errors.New("the merge panicked")
	// ErrStarted means that the actor system has a replicator already.
	ErrStarted = errors.New("replicator was started before")
	// ErrNotStarted means that the actor system has no replicator.
	ErrNotStarted = errors.New("no replicator was started")
	// ErrOption means that an option makes no sense.
	ErrOption = errors.New("bad option")
)
