package actor

import (
	"fmt"

	"github.com/7aca83c2/multinode/transport"
)

// Ref names an actor that takes messages of type M, on this node or another one. It
// is a small value that may be copied, compared with ==, kept as the key of a map and
// sent in messages. The zero Ref names nobody.
type Ref[M any] struct{ to receiver[M] }

// AnyRef is a Ref of any message type.
type AnyRef interface {
	fmt.Stringer
	// Path returns where the actor stands in the tree of its system: "/parent/child".
	Path() string
	// Address returns the node of the actor; it is empty in a system without a network.
	Address() transport.Address
	// IsZero reports whether the Ref names nobody.
	IsZero() bool

	target() target
}

// target is what a Ref points at, whatever its messages are. It is comparable.
type target interface {
	identity() identity
	// export returns the identity too, and makes sure that frames can use it.
	export() identity
	// actor returns the actor if it is in this process and has not ended, else nil.
	actor() *node
	system() *System
	ref() AnyRef
}

// receiver is a target with its message type.
type receiver[M any] interface {
	target
	// tell delivers m, or makes it a dead letter and says why. asked is told if m turns
	// out to be undeliverable later; it may be nil.
	tell(m M, asked failer) error
}

// failer is someone who waits for what comes of a message.
type failer interface {
	fail(err error)
	// ticket is what frames call it by.
	ticket() uint64
}

// identity is what names an actor between nodes.
type identity struct {
	address     transport.Address
	incarnation uint64 // 0: whichever lives at the address
	uid         uint64 // 0: whichever has the path
	path        string
}

func (id identity) String() string { return string(id.address) + id.path }

// Tell sends m to the actor and never blocks. A message that cannot be delivered is a
// dead letter; see System.DeadLetters.
func (r Ref[M]) Tell(m M) { _ = r.Send(m) }

// Send is Tell, and returns what is known at once about its failure: that
// the actor is dead (ErrDead), that its mailbox is full (ErrMailboxFull), that its node
// is down (ErrNodeDown), or that m cannot be encoded, with the type and the field. A
// nil error does not mean that the message will be handled.
func (r Ref[M]) Send(m M) error {
	if r.to == nil {
		return fmt.Errorf("actor: send %T: zero Ref: %w", m, ErrDead)
	}
	return r.to.tell(m, nil)
}

// TellLast is Tell, behind everything that this system has sent the actor's
// node before, to whichever actor. Long messages are passed by others otherwise, unless
// those are for the same actor.
func (r Ref[M]) TellLast(m M) {
	if to, ok := r.to.(remote[M]); ok {
		_ = to.post(m, nil, true)
	} else {
		r.Tell(m)
	}
}

// Path returns where the actor stands in the tree of its system, as in "/parent/child".
func (r Ref[M]) Path() string { return r.id().path }

// Address returns the node of the actor; it is empty in a system without a network.
func (r Ref[M]) Address() transport.Address { return r.id().address }

// Incarnation returns the life of the node that the actor belongs to, or 0 for a Ref
// from RefAt, which outlives its node.
func (r Ref[M]) Incarnation() uint64 { return r.id().incarnation }

// IsZero reports whether the Ref names nobody.
func (r Ref[M]) IsZero() bool { return r.to == nil }

// String returns address and path, as in "b/parent/child".
func (r Ref[M]) String() string {
	if r.to == nil {
		return "(no actor)"
	}
	return r.id().String()
}

func (r Ref[M]) id() identity {
	if r.to == nil {
		return identity{}
	}
	return r.to.identity()
}

func (r Ref[M]) target() target {
	if r.to == nil {
		return nil
	}
	return r.to
}

var _ AnyRef = Ref[int]{}
