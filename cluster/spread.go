package cluster

import (
	"maps"
	"slices"
	"time"

	"github.com/7aca83c2/multinode/cluster/internal/gossip"
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
	if done && (!s.done || s.news) && len(n.members) > gossip.SmallCluster && n.leader() == n.self.Address {
		n.toOthers(func(_ int, r gossip.Record) { n.sendDigest(r.Address) })
	}
	s.done, s.news = done, false
}

// takeLeave has those that are no members any more told so, at once if that was decided
// here.
func (n *core) takeLeave() {
	s := &n.spread
	if gossip.SameRecords(s.known, n.members) {
		return
	}
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
	small, hub := len(n.members) <= gossip.SmallCluster, leader == n.self.Address
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
