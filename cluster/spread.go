package cluster

import (
	"maps"
	"slices"
	"time"

	"github.com/7aca83c2/multinode/cluster/internal/gossip"
	"github.com/7aca83c2/multinode/cluster/internal/ring"
	"github.com/7aca83c2/multinode/transport"
)

// spread is what the node has to tell the others and has told them.
type spread struct {
	news   bool              // the state has changed since the last tell
	source transport.Address // who sent just this state; empty if it was made here
	owed   map[transport.Address]bool
	acks   map[transport.Address]bool
	sent   map[transport.Address]sent
	known  []gossip.Record // the members at the last tell
	done   bool            // everyone had seen the state, at the last tell
}

// sent is when a member was told of a state. A zero time is never.
type sent struct {
	digest   uint64    // of the state
	state    time.Time // the whole of it
	digested time.Time // its digest
}

func newSpread() spread {
	return spread{
		owed: map[transport.Address]bool{},
		acks: map[transport.Address]bool{},
		sent: map[transport.Address]sent{},
	}
}

func (s *spread) changed() { s.news, s.source = true, "" }

// owe has the state sent to somebody who lacks something of it.
func (s *spread) owe(a transport.Address) { s.owed[a] = true }

// fanout is how many members a node in a large cluster tells of a change of its own,
// besides the leader.
const fanout = 3

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
	theirs, err := gossip.Decode(m.State)
	if err != nil {
		n.log.Warn("bad gossip", "from", m.From, "error", err)
		return
	}
	if !n.concerns(theirs, m.From) {
		return
	}
	before := n.digest
	own, _ := theirs.Find(n.self.Address)
	if n.phase == outside || n.alone() && own.Status == gossip.Joining {
		n.enter(theirs)
	} else {
		n.set(gossip.Merge(n.state, theirs))
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
		n.believe(from, reachableIn(s), "")
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
	if found && len(m.Seen) == len(n.seen) && !m.Seen.Has(me) {
		n.spread.acks[m.From.Address] = true
	}
}

// tell sends what has to be sent since the last time.
//
// In a small cluster, whoever makes a change sends the state to all, and whoever takes
// it over tells all that it has it: so every member knows after two steps that all do.
// In a larger one that would take n² messages. There the leader is the hub: it sends
// every change to all, hears from all, and then tells all that all have it. Whatever of
// this gets lost is made good by compare.
func (n *core) tell() {
	s := &n.spread
	n.takeLeave()
	if s.news {
		n.tellNews()
	}
	for _, r := range n.members {
		switch {
		case s.owed[r.Address]:
			n.sendState(r.Address)
		case s.acks[r.Address] && !s.sent[r.Address].digested.Equal(n.now):
			n.sendDigest(r.Address)
		}
		delete(s.owed, r.Address)
	}
	for _, a := range slices.Sorted(maps.Keys(s.owed)) { // strangers
		n.sendState(a)
	}
	clear(s.owed)
	clear(s.acks)
	done := n.complete()
	if done && (!s.done || s.news) && len(n.members) > ring.All && n.leader() == n.self.Address {
		n.toOthers(func(_ int, r gossip.Record) { n.sendDigest(r.Address) })
	}
	s.done, s.news = done, false
}

// takeLeave has those that are no members any more told so, at once if that was decided
// here.
func (n *core) takeLeave() {
	s := &n.spread
	for _, r := range s.known {
		if r.Node == n.self || r.Status >= gossip.Down || !n.state.Gone(r.Node) {
			continue
		}
		delete(s.sent, r.Address)
		if s.source == "" {
			n.tellGone(r.Node)
		}
		if r.Status < gossip.Leaving {
			n.exiled.add(r.Node)
		}
	}
	s.known = n.members
}

func (n *core) tellNews() {
	s, leader := &n.spread, n.leader()
	small, hub := len(n.members) <= ring.All, leader == n.self.Address
	n.toOthers(func(i int, r gossip.Record) {
		has := n.seen.Has(i)
		switch {
		case small && (has || s.source != ""):
			n.sendDigest(r.Address)
		case small, hub && !has, r.Address == leader && s.source == "":
			n.sendState(r.Address)
		case r.Address == leader, r.Address == s.source:
			n.sendDigest(r.Address)
		}
	})
	if !small && !hub && s.source == "" {
		for _, a := range n.someone(fanout) {
			n.sendState(a)
		}
	}
}

// compare sends the digest to one member, who sends the state if it has another one:
// preferably to a member that is not known to have the state.
func (n *core) compare() {
	for _, a := range n.someone(1) {
		n.sendDigest(a)
	}
	if n.leader() == n.self.Address {
		n.greetSeeds()
		n.remindExiled()
	}
}

// someone returns up to k members at random, of those not known to have the state if
// there are any.
func (n *core) someone(k int) []transport.Address {
	var all, lacking []transport.Address
	n.toOthers(func(i int, r gossip.Record) {
		all = append(all, r.Address)
		if !n.seen.Has(i) {
			lacking = append(lacking, r.Address)
		}
	})
	if len(lacking) > 0 {
		all = lacking
	}
	n.rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all[:min(k, len(all))]
}

// toOthers calls yield with the members that are worth a message, and their index.
func (n *core) toOthers(yield func(int, gossip.Record)) {
	for i, r := range n.members {
		if r.Node != n.self && r.Status < gossip.Down {
			yield(i, r)
		}
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
	n.send(to, message{Kind: state, To: n.incarnation(to), Digest: n.digest, Seen: slices.Clone(n.seen), State: n.code})
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
