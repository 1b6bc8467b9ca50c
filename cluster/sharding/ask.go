package sharding

import (
	"slices"

	"github.com/7aca83c2/multinode/actor"
)

// sent is an ask, and where it was sent.
type sent[M any] struct {
	message      message[M]
	at           node // of the home
	line, tenure uint64
	fate         fate
}

// fate is what became of an ask, as far as the region that sent it can tell. One that may
// have been handled by a node that has not failed is never sent again: who waits for its
// answer waits in vain if that was lost. So an ask is sent again only because of what
// happened to the node that it was sent to, whatever befalls the homes after that one.
type fate uint8

const (
	// underWay: its home may handle it, or send it back.
	underWay fate = iota
	// settled: the home has handled all it got, and handed over; or it was lost on the way.
	settled
	// lost: the node of the home has failed. It is sent to the next one.
	lost
)

// settle notes what the next home reports of the asks that went to those before: in the same
// line they have handed over. A tenure at the same home is only renewed.
func (t *route[M]) settle(next home[M]) {
	at := next.news().at
	for i := range t.asked {
		if s := &t.asked[i]; s.line == next.Line && s.tenure < next.Tenure && s.at != at {
			s.fate = settled
		}
	}
}

// takeLost takes out the asks that are to be sent again now: they are lost, and the home
// that is known is not of the line that they belong to, which may yet turn out to have
// gone on.
func (t *route[M]) takeLost() (again []message[M]) {
	t.asked = slices.DeleteFunc(t.pending(), func(s sent[M]) bool {
		if s.fate != lost || s.line == t.line {
			return false
		}
		again = append(again, s.message)
		return true
	})
	return again
}

// hasLost reports whether an ask waits for the next home to be sent again.
func (t *route[M]) hasLost() bool {
	return slices.ContainsFunc(t.pending(), func(s sent[M]) bool { return s.fate == lost })
}

// doom notes what became of the asks that are under way to a node.
func (t *route[M]) doom(n node, f fate) {
	for i := range t.asked {
		if s := &t.asked[i]; s.at == n && s.fate == underWay {
			s.fate = f
		}
	}
}

// nodeLeaves settles the asks that went to a node which leaves: it has handed over all that
// it hosted before.
func (r *region[M]) nodeLeaves(n node) {
	for _, route := range r.routes {
		route.doom(n, settled)
	}
}

// nodeGone forgets the homes at a node that was removed, and asks for others at once. The
// asks that went there are sent again.
func (r *region[M]) nodeGone(ctx *actor.Context[message[M]], n node) {
	var wanted []claim
	for _, shard := range inOrder(r.routes) {
		route := r.routes[shard]
		if at := route.home; !at.IsZero() && nodeOf(at) == n {
			route.home, route.sought = actor.Ref[message[M]]{}, true
			r.changed = true
		}
		route.doom(n, lost)
		for _, m := range route.takeLost() {
			r.deliver(ctx, m)
		}
		if route.home.IsZero() && route.needsHome() && r.hosted[shard] == nil {
			wanted = append(wanted, claim{Shard: shard})
		}
	}
	if len(wanted) > 0 {
		r.tell(ctx, locate, wanted...)
		r.arm(ctx)
	}
}

// note remembers an ask that goes to the home at a node until it is answered, and returns
// its number.
func (t *route[M]) note(r *region[M], m message[M], at node) uint64 {
	if m.Ask == nil {
		return 0
	}
	if len(t.asked) >= t.sweep {
		t.sweep = 2*len(t.pending()) + 16
	}
	r.asks++
	m.Number = r.asks
	t.asked = append(t.asked, sent[M]{message: m, at: at, line: t.line, tenure: t.news.Tenure})
	return m.Number
}

// take takes an ask out, if it waits still.
func (t *route[M]) take(number uint64) (m message[M], waits bool) {
	t.asked = slices.DeleteFunc(t.pending(), func(s sent[M]) bool {
		if s.message.Number != number {
			return false
		}
		m, waits = s.message, true
		return true
	})
	return m, waits
}

// pending returns the asks that are not over.
func (t *route[M]) pending() []sent[M] {
	t.asked = slices.DeleteFunc(t.asked, func(s sent[M]) bool { return s.message.Ask.over.Load() })
	return t.asked
}
