package cluster

import (
	"time"

	"github.com/7aca83c2/multinode/cluster/internal/gossip"
	"github.com/7aca83c2/multinode/transport"
)

// leading is what the leader remembers.
type leading struct {
	blocked time.Time // since when somebody unreachable keeps members from becoming Up
	of      *gossip.Known
	leader  transport.Address // of that
}

// leader returns the lowest address among the members that can lead best: those that
// are Up or Leaving and reachable; then such that are not reachable, so that whoever is
// cut off before it was Up does not take the lead; and then, since all others have
// gone, the rest.
func (n *core) leader() transport.Address {
	l := &n.leading
	if l.of == n.known {
		return l.leader
	}
	best := 0
	l.of, l.leader = n.known, ""
	for _, r := range n.members {
		if fit := n.fitness(r); fit > best {
			best, l.leader = fit, r.Address
		}
	}
	return l.leader
}

func (n *core) fitness(r gossip.Record) int {
	rank := 0
	switch r.Status {
	case gossip.Up, gossip.Leaving:
		if n.reachable(r.Address) {
			return 8
		}
		return 7
	case gossip.WeaklyUp:
		rank = 3
	case gossip.Joining:
		rank = 2
	case gossip.Exiting:
		rank = 1
	}
	if rank > 0 && n.reachable(r.Address) {
		rank += 3
	}
	return rank
}

// lead carries out the leader's duties, if this node is the leader and everyone has seen
// what it has decided before.
func (n *core) lead() {
	n.noteBlocked()
	if n.phase != inside {
		return
	}
	for n.leader() == n.self.Address && n.complete() && n.promote() {
		n.noteBlocked()
	}
}

// promote moves members on, and reports whether there were any. Members that cannot be
// reached do not keep others from going: what is decided there can only be learned late.
// But nobody becomes Up without them, or the two sides of a split would grow apart.
func (n *core) promote() bool {
	var next []gossip.Record
	number := n.lastNumber()
	for _, r := range n.members {
		to := r.Status
		switch r.Status {
		case gossip.Joining, gossip.WeaklyUp:
			if !n.isBlocked() {
				number++
				to, r.Number = gossip.Up, number
			} else if n.weaklyDue() {
				to = gossip.WeaklyUp
			}
		case gossip.Leaving:
			to = gossip.Exiting
		case gossip.Exiting, gossip.Down:
			to = gossip.Removed
		}
		if to != r.Status {
			r.Status = to
			next = append(next, r)
		}
	}
	return len(next) > 0 && n.set(n.state.With(next...))
}

func (n *core) lastNumber() (last uint32) {
	for _, r := range n.members {
		last = max(last, r.Number)
	}
	return last
}

// complete reports whether every reachable member that has a vote has seen the state.
func (n *core) complete() bool {
	if n.seen.Len() == len(n.members) {
		return true
	}
	for i, r := range n.members {
		if r.Status.Votes() && n.reachable(r.Address) && !n.seen.Has(i) {
			return false
		}
	}
	return true
}

// converged reports whether all who should have seen the state have.
func (n *core) converged() bool { return n.phase == inside && !n.isBlocked() && n.complete() }

// isBlocked reports whether somebody unreachable keeps the members from converging.
func (n *core) isBlocked() bool {
	if len(n.blame) == 0 {
		return false
	}
	for _, r := range n.members {
		if r.Status < gossip.Exiting && !n.reachable(r.Address) {
			return true
		}
	}
	return false
}

// noteBlocked keeps the time since when members wait in vain to become Up.
func (n *core) noteBlocked() {
	waiting := false
	for _, r := range n.members {
		waiting = waiting || r.Status == gossip.Joining
	}
	switch {
	case !waiting || !n.isBlocked():
		n.leading.blocked = time.Time{}
	case n.leading.blocked.IsZero():
		n.leading.blocked = n.now
	}
}

func (n *core) weaklyDue() bool {
	since := n.leading.blocked
	return n.weaklyUp > 0 && !since.IsZero() && n.now.Sub(since) >= n.weaklyUp
}
