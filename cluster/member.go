package cluster

import (
	"fmt"
	"slices"
	"strings"

	"github.com/7aca83c2/multinode/transport"
)

// Member is a node as a View shows it. Its slices must not be changed.
type Member struct {
	Address transport.Address
	// Incarnation tells this life of the node from others at the same address.
	Incarnation uint64
	Status      Status
	Roles       []string
	// Number is the order of becoming Up: 1 for the first, 0 for who is not Up yet. Two
	// sides of a split may give the same number; the lower address is then the older.
	Number int
	// Unreachable says that some member does not hear this one. It is an observation:
	// it ends when the member is heard again, or is Down.
	Unreachable bool
	// UnreachableBy has those who do not hear it, by address.
	UnreachableBy []transport.Address
	// Unheard says that the node whose View it is does not hear the member itself, or,
	// of a member that it does not watch, that some watcher does not. A third node that
	// hears both sides of a cut has nobody Unheard, but both Unreachable.
	Unheard bool
}

// HasRole reports whether the member has the role.
func (m Member) HasRole(role string) bool { return slices.Contains(m.Roles, role) }

// Older reports whether m became Up before n. Who is not Up yet is younger than all
// who are.
func (m Member) Older(n Member) bool {
	if (m.Number == 0) != (n.Number == 0) {
		return n.Number == 0
	}
	if m.Number != n.Number {
		return m.Number < n.Number
	}
	return m.Address < n.Address
}

// String returns the member as in "b up" or "c leaving (unreachable by a, b)".
func (m Member) String() string {
	s := fmt.Sprintf("%s %s", m.Address, m.Status)
	if !m.Unreachable {
		return s
	}
	by := make([]string, len(m.UnreachableBy))
	for i, a := range m.UnreachableBy {
		by[i] = string(a)
	}
	return s + " (unreachable by " + strings.Join(by, ", ") + ")"
}
