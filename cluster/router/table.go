package router

import (
	"fmt"
	"sync"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster/internal/directory"
	"github.com/7aca83c2/multinode/cluster/internal/registry"
)

// table is a router's routees, and the messages that wait for one. The router and its
// clerk share it.
type table[M any] struct {
	sys      *actor.System
	registry *registry.Registry
	key, typ string
	capacity int
	name     string                      // of the router, once it has started
	clerk    actor.Ref[directory.Report] // zero unless outstanding messages are counted

	mu         sync.Mutex
	chooser    chooser
	entries    []registry.Entry // what the rest was made of
	routees    []*routee[M]
	candidates []candidate // of routees
	waiting    []M
	armed      bool // the clerk will look whether probes were lost
}

// route sends a message to a routee, or has it wait for one.
func (t *table[M]) route(m M) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.refresh()
	t.flush()
	switch {
	case len(t.routees) > 0:
		t.send(m)
	case len(t.waiting) < t.capacity:
		t.waiting = append(t.waiting, m)
	default:
		t.discard(m, fmt.Errorf("%d messages wait already: %w", len(t.waiting), ErrNoRoutee))
	}
}

// flush sends what waits, if it can be sent.
func (t *table[M]) flush() {
	for len(t.waiting) > 0 && len(t.routees) > 0 {
		m := t.waiting[0]
		t.waiting[0] = *new(M)
		t.waiting = t.waiting[1:]
		t.send(m)
	}
	if len(t.waiting) == 0 {
		t.waiting = nil
	}
}

// send sends a message to the routee that is chosen.
func (t *table[M]) send(m M) {
	if !t.clerk.IsZero() {
		for i, r := range t.routees {
			t.candidates[i].outstanding = r.sent - r.handled
		}
	}
	r := t.routees[t.chooser.choose(t.candidates, func() any { return m })]
	r.ref.Tell(m)
	r.sent++
	if t.clerk.IsZero() || r.asked {
		return
	}
	t.ask(r)
	if !t.armed {
		t.armed = true
		t.clerk.Tell(directory.Report{}) // which has the timer
	}
}

// giveUp makes dead letters of what waits.
func (t *table[M]) giveUp() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, m := range t.waiting {
		t.discard(m, fmt.Errorf("the router has ended: %w", ErrNoRoutee))
	}
	t.waiting = nil
}

func (t *table[M]) discard(m M, why error) {
	t.sys.Discard(actor.DeadLetter{To: t.name, Message: m, Cause: fmt.Errorf("router: of %q: %w", t.key, why)})
}

// refresh takes over who is registered and can be reached. Those who stay keep their
// counts.
func (t *table[M]) refresh() {
	now := t.registry.Entries(t.key)
	if len(now) == len(t.entries) && (len(now) == 0 || &now[0] == &t.entries[0]) {
		return
	}
	before := map[string]*routee[M]{}
	for _, r := range t.routees {
		before[r.wire] = r
	}
	t.entries, t.routees, t.candidates = now, nil, nil
	for _, e := range now {
		if !e.Reachable || e.Type != t.typ {
			continue
		}
		r := before[e.Item.Ref]
		if r == nil {
			ref, err := registry.Ref[M](t.sys, e)
			if err != nil {
				continue // the owner has encoded it
			}
			r = &routee[M]{ref: ref, wire: e.Item.Ref}
		}
		t.routees = append(t.routees, r)
		t.candidates = append(t.candidates, candidate{name: r.ref.String()})
	}
}
