package ddata

import (
	"bytes"
	"maps"
	"slices"

	"github.com/7aca83c2/multinode/cluster/ddata/crdt"
	"github.com/7aca83c2/multinode/internal/codec"
	"github.com/7aca83c2/multinode/transport"
)

// round is how the leader makes sure that it has all that lives which are gone have left
// behind, before it prunes.
type round struct {
	ticket   uint64
	gone     map[transport.Address]uint64
	answered map[crdt.Replica]bool
}

// bury notes lives that were removed from the cluster.
func (a *agent) bury(gone map[transport.Address]uint64) {
	news := false
	for address, until := range gone {
		if until > a.gone[address] {
			a.gone = maps.Clone(a.gone) // messages have the old one
			a.gone[address] = until
			a.clean, a.round = 0, nil
			news = true
		}
	}
	if news {
		a.collect()
	}
}

// collect has the leader ask all peers for what it needs to prune, if there is anything,
// and those that have not answered once more.
func (a *agent) collect() {
	if !a.members.leads {
		a.round = nil
		return
	}
	if a.round == nil && !a.beginRound() {
		return
	}
	missing := 0
	for _, p := range a.members.peers {
		if !a.round.answered[p] {
			missing++
			a.tell(p, message{Kind: collect, Ticket: a.round.ticket, Gone: a.round.gone})
		}
	}
	if missing == 0 {
		a.prune()
	}
}

// beginRound reports whether there is something to prune.
func (a *agent) beginRound() bool {
	if a.clean == a.digest {
		return false
	}
	gone := a.ended(a.gone)
	if len(a.prunable(gone)) == 0 {
		if len(gone) == len(a.gone) {
			a.clean = a.digest
		}
		return false
	}
	a.ticket++
	a.round = &round{a.ticket, gone, map[crdt.Replica]bool{}}
	return true
}

// ended returns those of the lives that this node does not see as members any more.
func (a *agent) ended(gone map[transport.Address]uint64) map[transport.Address]uint64 {
	out := map[transport.Address]uint64{}
	for address, until := range gone {
		if a.members.ended(address, until) {
			out[address] = until
		}
	}
	return out
}

// prunable returns the keys with entries of these lives, and what their values become.
func (a *agent) prunable(gone map[transport.Address]uint64) map[string]any {
	out := map[string]any{}
	for key, e := range a.entries {
		value := e.value
		for address, until := range gone {
			value = e.kind.prune(value, address, until)
		}
		if encoded, err := codec.Append(nil, value); err == nil && !bytes.Equal(encoded, e.encoded) {
			out[key] = value
		}
	}
	return out
}

// surrender sends the leader the values with entries of lives that are gone. From then on
// nothing of theirs can come here but what another member has, which is asked as well.
func (a *agent) surrender(m message) {
	a.bury(m.Gone)
	if len(a.ended(m.Gone)) < len(m.Gone) {
		return // its view is ahead; it will ask again
	}
	reply := message{Kind: collected, Ticket: m.Ticket}
	reply.Items = a.items(slices.Sorted(maps.Keys(a.prunable(m.Gone))))
	a.tell(m.From, reply)
}

// gather takes the answer of a peer.
func (a *agent) gather(m message) {
	a.take(m.Items)
	if a.round == nil || a.round.ticket != m.Ticket {
		return
	}
	a.round.answered[m.From] = true
	for _, p := range a.members.peers {
		if !a.round.answered[p] {
			return
		}
	}
	a.prune()
}

// prune ends the round. The result is a change like any other.
func (a *agent) prune() {
	gone := a.round.gone
	a.round = nil
	for key, value := range a.prunable(gone) {
		e := a.entries[key]
		old := e.value
		if _, err := a.put(key, e.kind, value); err != nil {
			a.log.Warn("cannot prune", "key", key, "error", err)
			continue
		}
		a.postpone(key, e.kind, e.kind.since(value, old))
	}
}
