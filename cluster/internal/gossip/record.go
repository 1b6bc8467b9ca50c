package gossip

import (
	"cmp"
	"slices"

	"github.com/7aca83c2/multinode/transport"
)

// Record is what is known of the youngest node at an address.
type Record struct {
	Node
	Status Status
	// Number says when the member became Up: the first has 1. It is 0 before that.
	Number uint32
	Roles  []string
}

// CompareAddress compares the address of the record.
func (r Record) CompareAddress(a transport.Address) int { return cmp.Compare(r.Address, a) }

func (r Record) equal(s Record) bool {
	return r.Node == s.Node && r.Status == s.Status && r.Number == s.Number && slices.Equal(r.Roles, s.Roles)
}

// join returns the least record that is at least r and at least s, which have the same
// address. Roles never differ within an incarnation, except against Removed; that the
// greater ones win only keeps the join commutative whatever a peer may send.
func (r Record) join(s Record) Record {
	if r.Incarnation != s.Incarnation {
		if r.Incarnation < s.Incarnation {
			return s.normal()
		}
		return r.normal()
	}
	if slices.Compare(r.Roles, s.Roles) < 0 {
		r.Roles = s.Roles
	}
	r.Status = max(r.Status, s.Status)
	r.Number = earlier(r.Number, s.Number)
	return r.normal()
}

// normal forgets what nobody asks of a removed node, and makes equal records equal
// bytes.
func (r Record) normal() Record {
	switch {
	case r.Status == Removed:
		return Record{Node: r.Node, Status: Removed}
	case len(r.Roles) == 0:
		r.Roles = nil
	}
	return r
}

// earlier returns the smaller number, where 0 is none. Two leaders that do not know of
// each other may number a member differently; the first number stays.
func earlier(n, m uint32) uint32 {
	if n == 0 || m == 0 {
		return max(n, m)
	}
	return min(n, m)
}
