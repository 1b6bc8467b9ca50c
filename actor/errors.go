package actor

import (
	"errors"
	"fmt"
)

var (
	// ErrDead means that nobody lives where the Ref points: the actor has ended, is
	// ending, or never was there.
	ErrDead = errors.New("no such actor")
	// ErrStopped means that the system has been stopped or killed.
	ErrStopped = errors.New("system stopped")
	// ErrMailboxFull means that the mailbox has reached its capacity.
	ErrMailboxFull = errors.New("mailbox full")
	// ErrStashFull means that the stash has reached its capacity.
	ErrStashFull = errors.New("stash full")
	// ErrName means that an actor cannot have that name.
	ErrName = fmt.Errorf("a name must have at most %d bytes, no %q in it and no %q in front", maxName, '/', '$')
	// ErrNameTaken means that another child of the same parent has the name.
	ErrNameTaken = errors.New("name taken")
	// ErrNodeDown means that the node was declared down with System.NodeDown.
	ErrNodeDown = errors.New("node is down")
	// ErrNoNetwork means that a system without a network was to reach another node.
	ErrNoNetwork = errors.New("system has no network")
	// ErrIncarnation means that another incarnation of the node lives at the address. Where
	// this node knows that the former one is over, the error is ErrNodeDown as well.
	ErrIncarnation = errors.New("node was restarted")
	// ErrDamaged means that a frame has a wrong checksum, or makes no sense.
	ErrDamaged = errors.New("damaged")
	// ErrLate means that a frame came when later ones had been handled already.
	ErrLate = errors.New("too late")
	// ErrUnproven means that a frame names an incarnation of a node that did not prove to be
	// alive.
	ErrUnproven = errors.New("nobody answers for that incarnation")
	// ErrBacklog means that too much waits for a node already.
	ErrBacklog = errors.New("too much waits for the node")
	// ErrNoAnswer means that a node has acknowledged nothing of a long message for too long.
	ErrNoAnswer = errors.New("node acknowledges nothing")
	// ErrUnknownType means that a message has a value in an interface whose type was not
	// registered where it arrived. The error names the node and the type.
	ErrUnknownType = errors.New("type is not known there")
	// ErrUndecodable means that a message could not be decoded where it arrived.
	ErrUndecodable = errors.New("message cannot be decoded")
	// errUnencodable means that a reply could not be encoded where it was sent.
	errUnencodable = errors.New("reply cannot be encoded")
	// ErrMessageType means that an actor was sent a message it does not take.
	ErrMessageType = errors.New("wrong message type")
	// ErrRemote means that something only works on an actor of the same system.
	ErrRemote = errors.New("actor of another system")
	// ErrAskOver means that a reply came after its Ask had ended, or a second one.
	ErrAskOver = errors.New("nobody waits for this reply any more")
	// ErrFailed means that an actor failed while it handled what it was asked.
	ErrFailed = errors.New("actor failed before it replied")
	// ErrDeathPact is the failure of an actor that watches another one, does not handle
	// Terminated, and outlives it.
	ErrDeathPact = errors.New("watched actor ended and Terminated is not handled")
)

// errFormerLife means that a new incarnation lives at the address. It is ErrNodeDown too.
var errFormerLife = fmt.Errorf("%w: %w", ErrIncarnation, ErrNodeDown)

// PanicError is the failure of an actor whose code panicked.
type PanicError struct {
	Value any    // what panic was called with
	Stack []byte // where
}

// Error returns the value the panic was called with.
func (e *PanicError) Error() string { return fmt.Sprintf("panic: %v", e.Value) }

// Unwrap returns the value if it is an error.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

var errGoexit = errors.New("handler called runtime.Goexit")
