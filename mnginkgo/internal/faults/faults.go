// Package faults keeps the book of the faults that a spec puts on its links: which are in force, and
// which have had an effect. What a fault does to frames is the stage's.
package faults

import (
	"context"
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/fault"
)

// Fault is a fault that a verb puts on links.
type Fault struct {
	stage.Fault
	Verb     string // as in messages: "lose(a, b: loss 5%)"
	Where    string // the verb is
	MustBite bool   // the spec fails if it has no effect

	undone bool
	began  time.Time
	ends   map[transport.Link]time.Time // when it was taken off each of its links; zero while it is on
}

// Book has the faults of one spec, in the order of their verbs. Several goroutines may use it at once.
type Book struct {
	stage stage.Director
	seed  uint64
	note  stage.OnVerb

	mu  sync.Mutex
	all []*Fault
}

// New returns an empty book.
func New(s stage.Director, seed uint64, note stage.OnVerb) *Book {
	return &Book{stage: s, seed: seed, note: note}
}

// Begin puts a fault in force.
func (b *Book) Begin(ctx context.Context, f *Fault) error {
	if !f.Cut {
		if err := f.Rule.Check(); err != nil {
			return err
		}
	}
	if err := b.enter(f); err != nil {
		return err
	}
	ended := b.note(ctx, f.Verb)
	return ended(stage.Inflict.Tell(ctx, b.stage, f.Fault))
}

// enter gives the fault its name and its place among those of the spec. It returns an error if a link
// that is to be held is held already: whose frame is held could not be told.
func (b *Book) enter(f *Fault) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, other := range b.all {
		if f.Rule.Kind == fault.Hold && other.Rule.Kind == fault.Hold && !other.undone &&
			slices.ContainsFunc(f.Links, func(l transport.Link) bool { return slices.Contains(other.Links, l) }) {
			return fmt.Errorf("%s holds a link of these already: undo it first", other.Verb)
		}
	}
	b.all = append(b.all, f)
	f.Name, f.began, f.ends = fmt.Sprintf("fault %d", len(b.all)), time.Now(), map[transport.Link]time.Time{}
	for _, l := range f.Links {
		f.ends[l] = time.Time{}
	}
	return nil
}

// SeedOf returns the seed of the next fault of a verb: it does not depend on what a Nemesis
// does meanwhile.
func (b *Book) SeedOf(verb string) uint64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	before := 0
	for _, f := range b.all {
		if f.Verb == verb {
			before++
		}
	}
	h := fnv.New64a()
	_, _ = fmt.Fprintf(h, "%d %d %s", b.seed, before, verb) // a hash takes everything
	return h.Sum64()
}

// Undo ends a fault. It does nothing if that was undone.
func (b *Book) Undo(ctx context.Context, f *Fault) error {
	b.mu.Lock()
	undone := f.undone
	f.undone = true
	b.mu.Unlock()
	if undone {
		return nil
	}
	ended := b.note(ctx, "undo "+f.Verb)
	err := ended(stage.Lift.Tell(ctx, b.stage, f.Fault))
	b.mu.Lock()
	defer b.mu.Unlock()
	f.end(f.Links)
	return err
}

// Mend takes all cuts off links. The verb is as in messages.
func (b *Book) Mend(ctx context.Context, verb string, links []transport.Link) error {
	ended := b.note(ctx, verb)
	err := ended(stage.Mend.Tell(ctx, b.stage, links))
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, f := range b.all {
		if f.Cut {
			f.end(links)
		}
	}
	return err
}

// end notes that the fault is on links no more, as far as it was.
func (f *Fault) end(links []transport.Link) {
	for _, l := range links {
		if end, has := f.ends[l]; has && end.IsZero() {
			f.ends[l] = time.Now()
		}
	}
}

// Bites returns on how many frames a fault has had an effect so far.
func (b *Book) Bites(ctx context.Context, f *Fault) (uint64, error) {
	bites, err := stage.Bites.Ask(ctx, b.stage, []string{f.Name})
	if err != nil {
		return 0, err
	}
	return bites[0], nil
}

// Idle returns the faults that had no effect so far, or none if that cannot be told: whoever needs to
// know why asks for more.
func (b *Book) Idle(ctx context.Context) (idle []*Fault) {
	b.mu.Lock()
	all := b.all
	b.mu.Unlock()
	names := make([]string, len(all))
	for i, f := range all {
		names[i] = f.Name
	}
	bites, err := stage.Bites.Ask(ctx, b.stage, names)
	if err != nil {
		return nil
	}
	for i, f := range all {
		if bites[i] == 0 {
			idle = append(idle, f)
		}
	}
	return idle
}

// Past is what became of a fault.
type Past struct {
	*Fault
	Began time.Time
	Ends  map[transport.Link]time.Time // of its links; zero if it is still on
	Bites uint64                       // on how many frames it had an effect
}

// Pasts returns what became of all faults, in the order of their verbs, without Bites if these cannot be told.
func (b *Book) Pasts(ctx context.Context) []Past {
	b.mu.Lock()
	pasts, names := make([]Past, len(b.all)), make([]string, len(b.all))
	for i, f := range b.all {
		pasts[i], names[i] = Past{Fault: f, Began: f.began, Ends: maps.Clone(f.ends)}, f.Name
	}
	b.mu.Unlock()
	bites, err := stage.Bites.Ask(ctx, b.stage, names)
	if err == nil {
		for i := range pasts {
			pasts[i].Bites = bites[i]
		}
	}
	return pasts
}
