package stage

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// barriers are the barriers of one stage, by name. A barrier opens when all its
// parties have come, and can then be used again under the same name.
type barriers struct {
	patience time.Duration
	mu       sync.Mutex
	open     map[string]*barrier
	missed   map[string]bool // roles that will not come: they have lost their process, or, false, their body is over
}

// barrier is one gathering: parties that must come, and those that have.
type barrier struct {
	name    string
	parties []string
	since   time.Time
	arrived map[string]time.Time
	done    chan struct{} // closed when err is set or all have come
	err     error
}

func (bs *barriers) enter(ctx context.Context, p Party, stalled func(context.Context, Stall) error) error {
	b, err := bs.arrive(p.Role, p.Name, p.Parties)
	if err != nil {
		return err
	}
	timer := time.NewTimer(bs.patience)
	defer timer.Stop()
	select {
	case <-b.done:
		return b.err
	case <-timer.C:
		_ = stalled(ctx, Stall{What: fmt.Sprintf("the barrier %q", p.Name)}) // it says so itself if that cannot be done
	case <-ctx.Done():
	}
	bs.mu.Lock()
	defer bs.mu.Unlock()
	if bs.open[b.name] == b {
		bs.close(b, b.failure(fmt.Sprintf("waited %v", time.Since(b.since).Round(time.Millisecond))))
	}
	return b.err
}

func (bs *barriers) arrive(role, name string, parties []string) (*barrier, error) {
	bs.mu.Lock()
	defer bs.mu.Unlock()
	if !slices.Contains(parties, role) {
		return nil, fmt.Errorf("barrier %q: %s enters, but it is for %s", name, role, strings.Join(parties, ", "))
	}
	b := bs.open[name]
	if b == nil {
		b = &barrier{
			name: name, parties: slices.Sorted(slices.Values(parties)), since: time.Now(),
			arrived: map[string]time.Time{}, done: make(chan struct{}),
		}
		bs.open[name] = b
	}
	if want := slices.Sorted(slices.Values(parties)); !slices.Equal(b.parties, want) {
		return nil, fmt.Errorf("barrier %q: %s enters for %s, but %s entered for %s", name, role,
			strings.Join(want, ", "), strings.Join(b.have(), ", "), strings.Join(b.parties, ", "))
	}
	if _, twice := b.arrived[role]; twice {
		return nil, fmt.Errorf("barrier %q: %s is waiting there already", name, role)
	}
	b.arrived[role] = time.Now()
	switch {
	case len(b.missing()) == 0:
		bs.close(b, nil)
	default:
		bs.giveUp(b)
	}
	return b, nil
}

// miss marks a role as one that will not come, as it has lost its process or as its body is over. Barriers
// that need it fail at once.
func (bs *barriers) miss(role string, lost bool) {
	bs.mu.Lock()
	defer bs.mu.Unlock()
	bs.missed[role] = bs.missed[role] || lost
	for _, b := range slices.Collect(maps.Values(bs.open)) {
		bs.giveUp(b)
	}
}

// back says that a role whose body was over has a node again.
func (bs *barriers) back(role string) {
	bs.mu.Lock()
	defer bs.mu.Unlock()
	if !bs.missed[role] {
		delete(bs.missed, role)
	}
}

// reset says so of all roles.
func (bs *barriers) reset() {
	bs.mu.Lock()
	defer bs.mu.Unlock()
	maps.DeleteFunc(bs.missed, func(_ string, lost bool) bool { return !lost })
}

// giveUp fails a barrier that somebody can no longer come to.
func (bs *barriers) giveUp(b *barrier) {
	for _, role := range b.missing() {
		switch lost, missed := bs.missed[role]; {
		case lost:
			bs.close(b, b.failure(role+" lost its process"))
			return
		case missed:
			bs.close(b, b.failure(fmt.Sprintf("the body of %s has ended", role)))
			return
		}
	}
}

func (bs *barriers) close(b *barrier, err error) {
	b.err = err
	delete(bs.open, b.name)
	close(b.done)
}

// waiting returns a line for each barrier that has not opened.
func (bs *barriers) waiting() []string {
	bs.mu.Lock()
	defer bs.mu.Unlock()
	var lines []string
	for _, b := range bs.open {
		lines = append(lines, b.describe())
	}
	slices.Sort(lines)
	return lines
}

func (b *barrier) have() []string { return slices.Sorted(maps.Keys(b.arrived)) }

func (b *barrier) missing() []string {
	return slices.DeleteFunc(slices.Clone(b.parties), func(role string) bool {
		_, here := b.arrived[role]
		return here
	})
}

func (b *barrier) describe() string {
	return fmt.Sprintf("barrier %q: arrived %s; missing %s", b.name, strings.Join(b.have(), ", "), strings.Join(b.missing(), ", "))
}

func (b *barrier) failure(why string) error { return errors.New(b.describe() + "; " + why) }
