package cluster

import (
	"cmp"
	"slices"
	"strings"

	"github.com/7aca83c2/multinode/transport"
)

// View is what one node knows of the cluster at one moment. It never changes: its
// slices may be kept, but not written to.
type View struct {
	// Self is the address of the node whose view it is.
	Self transport.Address
	// Members has all members, whatever their status, by address. Before the node has
	// been welcomed it only has the node itself, as Joining. Once the node has ended it
	// has what was known last.
	Members []Member
	// Leader is empty while there is none.
	Leader transport.Address
	// Converged says that nobody is unreachable, other than who is Down or Exiting, and
	// that every Up and Leaving member is known to have what this view shows.
	Converged bool
}

// Member returns the member at an address.
func (v View) Member(a transport.Address) (Member, bool) {
	i, found := slices.BinarySearchFunc(v.Members, a, func(m Member, a transport.Address) int { return cmp.Compare(m.Address, a) })
	if !found {
		return Member{}, false
	}
	return v.Members[i], true
}

// Up returns the addresses of the members that are Up, reachable or not, in order.
func (v View) Up() []transport.Address { return v.With(Up) }

// With returns the addresses of the members of a status, reachable or not, in order.
func (v View) With(s Status) []transport.Address {
	return v.addresses(func(m Member) bool { return m.Status == s })
}

// Unreachable returns the addresses of the unreachable members, in order.
func (v View) Unreachable() []transport.Address {
	return v.addresses(func(m Member) bool { return m.Unreachable })
}

// Oldest returns the member that is Up for longest, among those with the role; any role
// will do if it is empty. The result is false if there is none.
func (v View) Oldest(role string) (oldest Member, ok bool) {
	for _, m := range v.Members {
		if m.Status == Up && (role == "" || m.HasRole(role)) && (!ok || m.Older(oldest)) {
			oldest, ok = m, true
		}
	}
	return oldest, ok
}

// String returns the view as in "a sees a up, b joining; leader a; converged".
func (v View) String() string {
	var b strings.Builder
	b.WriteString(string(v.Self) + " sees ")
	for i, m := range v.Members {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(m.String())
	}
	if len(v.Members) == 0 {
		b.WriteString("nobody")
	}
	if v.Leader != "" {
		b.WriteString("; leader " + string(v.Leader))
	}
	if v.Converged {
		b.WriteString("; converged")
	}
	return b.String()
}

func (v View) addresses(want func(Member) bool) []transport.Address {
	var out []transport.Address
	for _, m := range v.Members {
		if want(m) {
			out = append(out, m.Address)
		}
	}
	return out
}

// view makes the View of a state.
func (n *core) view() View {
	v := View{Self: n.self.Address, Members: make([]Member, len(n.members)), Leader: n.leader(), Converged: n.converged()}
	for i, r := range n.members {
		v.Members[i] = Member{
			Address: r.Address, Incarnation: r.Incarnation, Status: Status(r.Status), Roles: r.Roles,
			Number: int(r.Number), Unreachable: !n.reachable(r.Address), UnreachableBy: n.blame[r.Address],
			Unheard: n.unheard(r.Node),
		}
	}
	if n.phase == outside {
		v.Leader = ""
	}
	return v
}
