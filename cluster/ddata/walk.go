package ddata

import (
	"time"

	"github.com/7aca83c2/multinode/cluster/ddata/crdt"
)

// walk is how a node exchanges all data with a peer, one span of keys after another. The
// node that began it drives it; what of it gets lost is asked for again.
type walk struct {
	ticket    uint64
	from      string // the first key of the span that is under way
	explained bool   // this node has sent its values, and waits for the rest
	reason    string // why the peer could not merge something
	pace
}

// pace says when to ask again for what may have been lost, or may only be slow: ever later,
// so that what is slow is not made slower by asking for it.
type pace struct {
	began    time.Time // when it was asked first
	asked    time.Time // and last
	patience time.Duration
	reached  bool // there was an answer at some time
}

// An answer is taken for lost after twice the time that the last one took, at first after a
// gossip interval, and each time that it is asked for again after twice as long; but these
// many intervals at most, or fewer while it is not known that the peer can be heard. With
// the default interval a piece has 6.4 s, which is enough at 40 kB/s.
const (
	slowest = 64
	unheard = 10
)

// ask notes that something is asked for, for the first time or again.
func (p *pace) ask(interval time.Duration) {
	most := slowest * interval
	if !p.reached {
		most = unheard * interval
	}
	p.asked = time.Now()
	if p.began.IsZero() {
		p.began = p.asked
	}
	p.patience = min(max(2*p.patience, interval), most)
}

// heard notes that the answer is there.
func (p *pace) heard() { *p = pace{patience: time.Since(p.began), reached: true} }

// isOver reports whether the answer may be taken for lost.
func (p *pace) isOver() bool { return time.Since(p.asked) >= p.patience }

// greet begins to exchange all data with a peer.
func (a *agent) greet(to crdt.Replica) {
	a.ticket++
	w := &walk{ticket: a.ticket}
	a.walks[to] = w
	a.step(to, w)
}

// goOn does with a peer what is due: greets it, or asks it for what seems to be lost.
func (a *agent) goOn(with crdt.Replica) {
	switch w := a.walks[with]; {
	case w == nil:
		a.greet(with)
	case w.isOver():
		a.step(with, w)
	}
}

// step asks for the span that is next.
func (a *agent) step(to crdt.Replica, w *walk) {
	w.ask(a.gossipInterval)
	w.explained = false
	if w.from == "" {
		a.tell(to, message{Kind: digest, Ticket: w.ticket, Digest: a.digest, Gone: a.gone, Ready: a.ready})
		return
	}
	a.tell(to, message{Kind: next, Ticket: w.ticket, Span: span{From: w.from}})
}

// isStep reports whether a message is the next one of the walk with its sender.
func (a *agent) isStep(m message) bool {
	w := a.walks[m.From]
	return w != nil && w.ticket == m.Ticket && w.from == m.Span.From
}

// leads reports whether of two nodes that greet each other this one is to go on.
func (a *agent) leads(other crdt.Replica) bool {
	w := a.walks[other]
	return w != nil && !w.isOver() && a.members.self.Address < other.Address
}

// arrive ends the walk with a peer, which then has all that this node had when it began, or
// says why not.
func (a *agent) arrive(with crdt.Replica) {
	w := a.walks[with]
	delete(a.walks, with)
	for _, o := range a.operations {
		if o.everything && o.ticket < w.ticket {
			o.answer(with, w.reason)
		}
	}
	a.settleAll()
}

// same ends the walk with a peer that has the same data.
func (a *agent) same(m message) {
	a.agree(m)
	if a.isStep(m) {
		a.arrive(m.From)
	}
}

// follow notes that a peer's walk has come to the end of a span, and reports whether it
// has led through all keys.
func (a *agent) follow(who crdt.Replica, ticket uint64, sp span) bool {
	f := a.followed[who]
	if sp.From != "" && (f.ticket != ticket || f.to != sp.From) {
		return false
	}
	a.followed[who] = progress{ticket, sp.To}
	return sp.To == ""
}

// progress is how far a peer's walk has come without a gap.
type progress struct {
	ticket uint64
	to     string
}
