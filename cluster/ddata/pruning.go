package ddata

import (
	"bytes"
	"fmt"
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
	walks    map[crdt.Replica]*walk // through the keys of those that have not
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
			a.collectFrom(p)
		}
	}
	if missing == 0 {
		a.prune()
	}
}

// collectFrom asks a peer for what it has from where the last answer ended, unless it may
// yet answer.
func (a *agent) collectFrom(p crdt.Replica) {
	r := a.round
	if r.walks[p] == nil {
		r.walks[p] = &walk{}
	}
	if w := r.walks[p]; w.isOver() {
		w.ask(a.gossipInterval)
		a.tell(p, message{Kind: collect, Ticket: r.ticket, Gone: r.gone, Span: span{From: w.from}})
	}
}

// beginRound reports whether there is something to prune.
func (a *agent) beginRound() bool {
	if a.clean == a.digest {
		return false
	}
	gone := a.ended(a.gone)
	prunable := a.prunable(gone, span{})
	maps.DeleteFunc(prunable, func(key string, _ any) bool { return a.refusal(key) != "" })
	if len(prunable) == 0 {
		if len(gone) == len(a.gone) {
			a.clean = a.digest
		}
		return false
	}
	a.ticket++
	a.round = &round{a.ticket, gone, map[crdt.Replica]bool{}, map[crdt.Replica]*walk{}}
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

// prunable returns the keys of a span with entries of these lives, and what their values
// become. What was found without once is not looked at again before it changes.
func (a *agent) prunable(gone map[transport.Address]uint64, sp span) map[string]any {
	out := map[string]any{}
	name := fmt.Sprint(gone) // which prints maps in order
	for _, key := range a.within(sp) {
		e := a.entries[key]
		if e.clean == name {
			continue
		}
		value := e.value
		for address, until := range gone {
			value = e.kind.prune(value, address, until)
		}
		if encoded, err := codec.Append(nil, value); err == nil && bytes.Equal(encoded, e.encoded) {
			e.clean = name
		} else if err == nil {
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
	reply := message{Kind: collected, Ticket: m.Ticket, Span: m.Span}
	room := room{left: maxPiece}
	for _, it := range a.items(slices.Sorted(maps.Keys(a.prunable(m.Gone, m.Span)))) {
		if !room.take(len(it.Key) + len(it.Data)) {
			reply.Span.To = it.Key
			break
		}
		reply.Items = append(reply.Items, it)
	}
	a.tell(m.From, reply)
}

// gather takes the answer of a peer.
func (a *agent) gather(m message) {
	_ = a.take(m) // what cannot be merged is not pruned
	if a.round == nil || a.round.ticket != m.Ticket {
		return
	}
	w := a.round.walks[m.From]
	if w == nil || w.from != m.Span.From {
		return
	}
	if m.Span.To != "" {
		w.from = m.Span.To
		w.heard() // and so it is time for the next
		a.collectFrom(m.From)
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
	for key, value := range a.prunable(gone, span{}) {
		if a.refusal(key) != "" {
			continue // this node does not have all of it
		}
		e := a.entries[key]
		old := e.value
		if _, err := a.put(key, e.kind, value); err != nil {
			a.log.Warn("cannot prune", "key", key, "error", err)
			continue
		}
		a.postpone(key, e.kind, e.kind.since(value, old))
	}
}
