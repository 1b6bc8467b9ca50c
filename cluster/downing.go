package cluster

import (
	"context"
	"time"

	"github.com/7aca83c2/multinode/transport"
)

// Downing decides which members to give up. Every node asks its own, again and again
// while somebody is unreachable, and marks those that it names as Down; what one node
// has marked, all believe. A policy therefore has to decide alike on all nodes that can
// talk to each other, and must be a pure function of what it is given.
type Downing interface {
	// Decide returns the addresses of the members to down, which may include the node's
	// own: it then ends with ErrDowned.
	Decide(s Situation) []transport.Address
}

// NodeDowning is a Downing that has more to do on a node than to decide, such as asking
// somebody outside of the cluster.
type NodeDowning interface {
	Downing
	// OnNode returns what decides on one node. Start calls it once, and then only the
	// Decide of what it returned, never two at a time. That must not block. What it
	// starts must end with ctx, which ends with the membership.
	OnNode(ctx context.Context, self Member) Downing
}

// Situation is what a Downing decides on.
type Situation struct {
	View View
	// Stable is for how long the members, their status, and who does not hear whom have
	// not changed in this view. Time in which the node did not get to run counts neither
	// here nor in Impaired.
	Stable time.Duration
	// Impaired is for how long somebody has been unreachable, not always the same.
	Impaired time.Duration
	// Unreachable is for how long each unreachable member has been so.
	Unreachable map[transport.Address]time.Duration
}

// NoDowning returns a Downing that gives nobody up. Members that crash stay unreachable
// until a younger node at the same address replaces them. It is the default.
func NoDowning() Downing { return noDowning{} }

type noDowning struct{}

func (noDowning) Decide(Situation) []transport.Address { return nil }
