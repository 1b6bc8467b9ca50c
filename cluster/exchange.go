package cluster

import (
	"slices"
	"time"

	"github.com/7aca83c2/multinode/cluster/internal/gossip"
	"github.com/7aca83c2/multinode/transport"
)

// takeDigest compares the states of two nodes.
func (n *core) takeDigest(m message) {
	switch {
	case n.phase == outside:
		n.ask(m.From.Address) // it has let this node in, but the state got lost
	case m.Digest != n.digest:
		n.spread.owe(m.From.Address)
	default:
		n.agree(m)
	}
}

// takeState takes in a state.
func (n *core) takeState(m message) {
	if m.Digest == n.digest {
		n.agree(m)
		return
	}
	theirs, err := gossip.Learn(m.State, m.Digest)
	if err != nil {
		n.log.Warn("bad gossip", "from", m.From, "error", err)
		return
	}
	if !n.concerns(theirs.State, m.From) {
		return
	}
	before := n.digest
	own, _ := theirs.Find(n.self.Address)
	if n.phase == outside || n.alone() && own.Status == gossip.Joining {
		n.enter(theirs.State)
	} else {
		n.take(gossip.Join(n.known, theirs))
	}
	if n.digest != m.Digest {
		n.spread.owe(m.From.Address)
		return
	}
	if n.digest != before {
		n.spread.source = m.From.Address
	}
	n.agree(m)
}

// concerns reports whether a state is one of this node's own cluster, and draws the
// consequences if it says that this node is no member of it.
func (n *core) concerns(s gossip.State, from gossip.Node) bool {
	own, known := s.Find(n.self.Address)
	switch {
	case known && own.Incarnation > n.self.Incarnation:
		n.end(ErrReplaced)
	case known && s.Gone(n.self):
		n.believe(from, reachableIn(s))
	case known && own.Node == n.self:
		return true
	case n.phase == inside && n.state.Is(from):
		return true
	case n.phase == outside, n.alone():
		n.ask(from.Address)
	case len(s.Members()) > 1: // two clusters have met, and become one
		return true
	default:
		n.greet(from.Address)
	}
	return false
}

// agree notes who has the same state as this node.
func (n *core) agree(m message) {
	me, found := n.index(n.self.Address)
	if grew := n.seen.Union(m.Seen); grew {
		n.changed = true
	}
	n.saw(m.From.Address)
	if found && n.members[me].Status == gossip.Exiting {
		n.witnessed = true
	}
	if found && len(m.Seen) == len(n.seen) && !m.Seen.Has(me) {
		n.spread.acks[m.From.Address] = true
	}
}

// sendState sends the state. If it may be on its way already, it sends the digest, so
// that the other one learns that they differ, and if that may be so as well, nothing:
// two nodes do not go on telling each other what they cannot hear.
func (n *core) sendState(to transport.Address) {
	last := n.lastSent(to)
	if n.recent(last.state) {
		if !n.recent(last.digested) {
			n.sendDigest(to)
		}
		return
	}
	last.state = n.now
	n.spread.sent[to] = last
	n.send(to, message{Kind: state, To: n.incarnation(to), Digest: n.digest, Seen: slices.Clone(n.seen), State: n.known.Code})
}

func (n *core) sendDigest(to transport.Address) {
	last := n.lastSent(to)
	last.digested = n.now
	n.spread.sent[to] = last
	n.send(to, message{Kind: digest, To: n.incarnation(to), Digest: n.digest, Seen: slices.Clone(n.seen)})
}

// lastSent returns when a member was told of this state.
func (n *core) lastSent(a transport.Address) sent {
	if last := n.spread.sent[a]; last.digest == n.digest {
		return last
	}
	return sent{digest: n.digest}
}

// recent reports whether what was sent then may still be on its way.
func (n *core) recent(t time.Time) bool { return !t.IsZero() && n.now.Sub(t) < n.gossip }

func (n *core) incarnation(a transport.Address) uint64 {
	r, _ := n.state.Find(a)
	return r.Incarnation
}
