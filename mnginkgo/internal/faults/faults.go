// Package faults keeps the book of the faults that a spec puts on its links: which are in force, and
// which have had an effect. What a fault does to frames is the stage's.
package faults

import (
	"context"
	"fmt"
	"hash/fnv"
	"slices"
	"sync"

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
}

// Book has the faults of one spec, in the order of their verbs. Several goroutines may use it at once.
type Book struct {
	stage stage.Director
	seed  uint64
	note  func(ctx context.Context, verb string)

	mu  sync.Mutex
	all []*Fault
}

// New returns an empty book. Verbs are told to note when they begin.
func New(s stage.Director, seed uint64, note func(ctx context.Context, verb string)) *Book {
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
	b.note(ctx, f.Verb)
	return stage.Inflict.Tell(ctx, b.stage, f.Fault)
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
	f.Name = fmt.Sprintf("fault %d", len(b.all))
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
	b.note(ctx, "undo "+f.Verb)
	return stage.Lift.Tell(ctx, b.stage, f.Fault)
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
