package cluster

import (
	"slices"

	"github.com/7aca83c2/multinode/cluster/internal/gossip"
	"github.com/7aca83c2/multinode/transport"
)

// difference returns the events that lead from one view to another. Those who have gone
// between the two are as gone says, if it has them.
func difference(before, now View, gone []gossip.Record) []Event {
	var out []Event
	find := now.inOrder()
	for _, old := range before.Members {
		m, still := find(old.Address)
		if still && m.Incarnation == old.Incarnation {
			continue
		}
		last := lastOf(old, gone)
		out = append(out, advance(old, last)...)
		old = last
		old.Unreachable, old.UnreachableBy = false, nil
		if still && old.Status < Leaving {
			old.Status = Down
			out = append(out, MemberDowned{old})
		}
		old.Status = Removed
		out = append(out, MemberRemoved{old})
	}
	find = before.inOrder()
	for _, m := range now.Members {
		old, was := find(m.Address)
		if !was || old.Incarnation != m.Incarnation {
			old = Member{}
			out = append(out, MemberJoined{m})
		}
		out = append(out, advance(old, m)...)
		switch {
		case m.Unreachable && !old.Unreachable:
			out = append(out, MemberUnreachable{m})
		case !m.Unreachable && old.Unreachable && m.Status < Down:
			out = append(out, MemberReachable{m})
		}
	}
	if before.Leader != now.Leader {
		out = append(out, LeaderChanged{now.Leader})
	}
	return append(out, ViewChanged{now})
}

// inOrder returns what does as Member does for addresses that come in their order.
func (v View) inOrder() func(transport.Address) (Member, bool) {
	rest := v.Members
	return func(a transport.Address) (Member, bool) {
		for len(rest) > 0 && rest[0].Address < a {
			rest = rest[1:]
		}
		if len(rest) == 0 || rest[0].Address != a {
			return Member{}, false
		}
		return rest[0], true
	}
}

// lastOf returns a member that has gone as it was last.
func lastOf(m Member, gone []gossip.Record) Member {
	for _, r := range gone {
		if r.Address == m.Address && r.Incarnation == m.Incarnation && Status(r.Status) > m.Status {
			m.Status, m.Number = Status(r.Status), int(r.Number)
		}
	}
	return m
}

// advance returns the events of a member that got from one status to another.
func advance(old, m Member) []Event {
	var out []Event
	reached := func(s Status) bool { return old.Status < s && m.Status >= s }
	if m.Status == WeaklyUp && reached(WeaklyUp) {
		out = append(out, MemberWeaklyUp{m})
	}
	if m.Number > 0 && reached(Up) {
		out = append(out, MemberUp{m})
	}
	if m.Status != Down && reached(Leaving) {
		out = append(out, MemberLeaving{m})
	}
	if m.Status == Exiting && reached(Exiting) {
		out = append(out, MemberExited{m})
	}
	if reached(Down) {
		out = append(out, MemberDowned{m})
	}
	return out
}

// equal reports whether two views show the same.
func (v View) equal(w View) bool {
	return v.Leader == w.Leader && v.Converged == w.Converged &&
		slices.EqualFunc(v.Members, w.Members, func(m, n Member) bool {
			return m.Address == n.Address && m.Incarnation == n.Incarnation && m.Status == n.Status &&
				m.Number == n.Number && slices.Equal(m.UnreachableBy, n.UnreachableBy)
		})
}
