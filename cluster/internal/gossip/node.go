package gossip

import (
	"cmp"
	"fmt"

	"github.com/7aca83c2/multinode/transport"
)

// Node is one life of the node at an address. A node that is restarted has a higher
// incarnation than before.
type Node struct {
	Address     transport.Address
	Incarnation uint64
}

// String returns the node as "a#7".
func (n Node) String() string { return fmt.Sprintf("%s#%d", n.Address, n.Incarnation) }

// Compare orders nodes by address, then by incarnation.
func (n Node) Compare(m Node) int {
	return cmp.Or(cmp.Compare(n.Address, m.Address), cmp.Compare(n.Incarnation, m.Incarnation))
}

// Status is how far a node has come in its life as a member. It only moves up.
type Status uint8

// The statuses, in their order.
const (
	Joining Status = iota + 1
	WeaklyUp
	Up
	Leaving
	Exiting
	Down
	Removed
)

// Votes reports whether members of the status have to see a state before the leader
// may act on it.
func (s Status) Votes() bool { return s == Up || s == Leaving }
