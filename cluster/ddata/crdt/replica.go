package crdt

import (
	"cmp"
	"fmt"

	"github.com/7aca83c2/multinode/transport"
)

// Replica is who changes a value: one life of a node.
type Replica struct {
	Address     transport.Address
	Incarnation uint64
	// Epoch is 0, other than in a Replica that ORMap.Update hands on. It tells apart what a
	// node has put under a key before and after the key was removed.
	Epoch uint64
}

// Compare orders replicas by address, incarnation and epoch.
func (r Replica) Compare(other Replica) int {
	return cmp.Or(
		cmp.Compare(r.Address, other.Address),
		cmp.Compare(r.Incarnation, other.Incarnation),
		cmp.Compare(r.Epoch, other.Epoch),
	)
}

// String returns the replica as in "b#2", or "b#2.7" with its epoch.
func (r Replica) String() string {
	if r.Epoch == 0 {
		return fmt.Sprintf("%s#%d", r.Address, r.Incarnation)
	}
	return fmt.Sprintf("%s#%d.%d", r.Address, r.Incarnation, r.Epoch)
}

// in reports whether the replica is one of the lives of an address up to until.
func (r Replica) in(address transport.Address, until uint64) bool {
	return r.Address == address && r.Incarnation <= until
}
