package ddata

import (
	"bytes"
	"iter"
	"maps"
	"slices"

	"github.com/7aca83c2/multinode/cluster/ddata/crdt"
	"github.com/7aca83c2/multinode/internal/codec"
)

// idle reports whether all peers are known to have what this node has, so that there is
// nothing to mend, and nothing to prune.
func (a *agent) idle() bool { return a.round == nil && len(a.differing()) == 0 }

// differing returns the peers that may have something else.
func (a *agent) differing() []crdt.Replica {
	var out []crdt.Replica
	for _, p := range a.members.peers {
		if has, known := a.agreed[p]; !known || has != a.digest {
			out = append(out, p)
		}
	}
	return out
}

// gossip compares what this node has with a peer that may have something else, if there
// is one.
func (a *agent) gossip() {
	from := a.differing()
	if len(from) == 0 {
		from = a.members.peers
	}
	if len(from) > 0 {
		a.goOn(from[a.rand.IntN(len(from))])
	}
}

// compare answers a greeting.
func (a *agent) compare(m message) {
	a.bury(m.Gone)
	switch {
	case m.Digest == a.digest:
		a.agree(m)
		a.tell(m.From, message{Kind: same, Ticket: m.Ticket, Digest: a.digest, Ready: a.ready})
	case a.leads(m.From):
		// The walk of this node, which is under way, does for both. If the greeting came before
		// the other node listened to this one, it has to be said again.
		if w := a.walks[m.From]; !w.reached {
			a.step(m.From, w)
		}
	default:
		a.summarize(m)
	}
}

// summarize says which digests the first keys of the span have here that a peer asks for.
func (a *agent) summarize(m message) {
	digests, about := a.digests(m.Span)
	a.tell(m.From, message{Kind: summary, Ticket: m.Ticket, Digests: digests, Span: about})
}

// agree notes that this node has all that the sender has, or refuses it.
func (a *agent) agree(m message) {
	a.agreed[m.From] = m.Digest
	if m.Digest == a.digest {
		delete(a.refused, m.From)
	}
	a.meet(m)
}

// explain sends what differs from a summary, and asks for what is missing here: for the
// first keys, as far as they go into a message.
func (a *agent) explain(m message) {
	if !a.isStep(m) || a.walks[m.From].explained {
		return
	}
	reply := message{Kind: states, Ticket: m.Ticket, Ready: a.ready, Span: m.Span}
	room := room{left: maxPiece}
	for key := range union(a.within(m.Span), slices.Sorted(maps.Keys(m.Digests))) {
		theirs, has := m.Digests[key]
		e := a.entries[key]
		if e != nil && has && e.digest == theirs {
			continue
		}
		size := len(key)
		if e != nil {
			size += len(e.encoded)
		}
		if !room.take(size) {
			reply.Span.To = key
			break
		}
		if e == nil {
			reply.Want = append(reply.Want, key)
		} else {
			reply.Items = append(reply.Items, item{key, e.encoded})
		}
	}
	w := a.walks[m.From]
	w.explained = true
	w.heard()
	w.ask(a.gossipInterval)
	a.tell(m.From, reply)
}

// complete takes values in and sends back what they lack, as far as it goes into a
// message.
func (a *agent) complete(m message) {
	reply := message{Kind: rest, Ticket: m.Ticket, Span: m.Span, Ready: a.ready}
	back := map[string][]byte{}
	for _, key := range m.Want {
		if e := a.entries[key]; e != nil {
			back[key] = e.encoded
		}
	}
	for _, it := range m.Items {
		lacking, err := a.trade(m.From, it)
		if err != nil {
			reply.Reason = err.Error()
		} else if lacking != nil {
			back[it.Key] = lacking
		}
	}
	room := room{left: maxPiece}
	for _, key := range slices.Sorted(maps.Keys(back)) {
		if !room.take(len(key) + len(back[key])) {
			reply.Span.To = key
			break
		}
		reply.Items = append(reply.Items, item{key, back[key]})
	}
	if a.follow(m.From, m.Ticket, reply.Span) {
		a.meet(m)
	}
	reply.Digest = a.digest
	a.tell(m.From, reply)
}

// trade merges a value, and returns what that lacks, encoded, or nil if that is nothing.
func (a *agent) trade(from crdt.Replica, it item) (lacking []byte, err error) {
	old, other, err := a.mergeFrom(from, it)
	if err != nil {
		return nil, err
	}
	k := a.entries[it.Key].kind
	delta, err := attempt(func(other any) any { return k.since(old, other) }, other)
	if err == nil {
		lacking, err = codec.Append(nil, delta)
	}
	if err != nil || bytes.Equal(lacking, k.nothing) {
		return nil, err
	}
	return lacking, nil
}

// conclude takes in what a peer knows beyond what it was sent, and goes on with the keys
// behind.
func (a *agent) conclude(m message) {
	if !a.isStep(m) {
		return
	}
	_ = a.take(m) // what is refused is noted
	w := a.walks[m.From]
	if m.Reason != "" {
		w.reason = m.Reason
	}
	if m.Span.To != "" {
		w.from = m.Span.To
		w.heard()
		a.step(m.From, w)
		return
	}
	a.agree(m)
	a.arrive(m.From)
}

// meet notes that this node has all that the sender has, who was ready or not.
func (a *agent) meet(m message) {
	if !a.ready {
		a.met[m.From] = a.met[m.From] || m.Ready
		a.catchUp()
	}
}

// catchUp lets this node count in what others read, once it may.
func (a *agent) catchUp() {
	if a.ready || !a.members.caughtUp(a.met) {
		return
	}
	a.ready = true
	a.settleAll()
}

// union iterates over what is in one of two sorted lists, or both, in order.
func union(a, b []string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for len(a)+len(b) > 0 {
			var next string
			if len(b) == 0 || len(a) > 0 && a[0] <= b[0] {
				next = a[0]
			} else {
				next = b[0]
			}
			if !yield(next) {
				return
			}
			for _, list := range []*[]string{&a, &b} {
				if len(*list) > 0 && (*list)[0] == next {
					*list = (*list)[1:]
				}
			}
		}
	}
}
