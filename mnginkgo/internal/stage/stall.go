package stage

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/7aca83c2/multinode/internal/codec"
)

// Stall is that something has timed out, and where the goroutines of the roles were then.
type Stall struct {
	Time  time.Time
	What  string // "the barrier \"ready\"", for instance
	Where []Goroutines
}

// Goroutines are some that were at the same place.
type Goroutines struct {
	Roles []string // whose they are; none of the spec's own
	Count int
	Stack string // a line for a function, and one below it for where
}

// GoroutinesOf is the method of a Runner's Call that answers where the goroutines of its role are, as
// a []Goroutines without roles.
const GoroutinesOf = "goroutines"

// Bounds of stalls: the first ones say most, several may find the same one, and a role may be in no state to tell.
const (
	mostStalls = 4
	sameStall  = 2 * time.Second
	patience   = 300 * time.Millisecond
)

// stalls are those of a stage, the first ones.
type stalls struct {
	sync.Mutex
	all []Stall
}

// stalled notes a stall, to whose goroutines it adds those of the roles.
func (s *Stage) stalled(ctx context.Context, stall Stall) error {
	stall.Time = time.Now()
	known := &s.memory.stalls
	known.Lock()
	defer known.Unlock()
	same := func(other Stall) bool { return other.What == stall.What && stall.Time.Sub(other.Time) < sameStall }
	if slices.ContainsFunc(known.all, same) {
		return nil
	}
	known.all = slices.DeleteFunc(known.all, func(other Stall) bool { return other.What == stall.What }) // the latest of its kind
	if len(known.all) == mostStalls {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	var mu sync.Mutex
	var all sync.WaitGroup
	for role, runner := range s.runners {
		all.Go(func() {
			where := goroutinesOf(ctx, role, runner)
			mu.Lock()
			defer mu.Unlock()
			stall.Where = append(stall.Where, where...)
		})
	}
	all.Wait()
	stall.Where = Fold(stall.Where)
	known.all = append(known.all, stall)
	return nil
}

// goroutinesOf asks a role, which has nothing to say if its process is gone, or paused.
func goroutinesOf(ctx context.Context, role string, runner Runner) []Goroutines {
	answer, err := runner.Call(ctx, GoroutinesOf, nil)
	if err != nil {
		return nil
	}
	where, err := codec.DecodeAs[[]Goroutines](answer, nil)
	if err != nil {
		return nil
	}
	for i := range where {
		where[i].Roles = []string{role}
	}
	return where
}

func (s *stalls) first() []Stall {
	s.Lock()
	defer s.Unlock()
	return slices.Clone(s.all)
}

// Fold makes one of goroutines that are at the same place, whosever they are. The fewest come first: one that is where
// no other is says most.
func Fold(all []Goroutines) (folded []Goroutines) {
	at := map[string]int{}
	for _, g := range all {
		i, known := at[g.Stack]
		if !known {
			at[g.Stack] = len(folded)
			folded = append(folded, g)
			continue
		}
		folded[i].Count += g.Count
		folded[i].Roles = append(slices.Clone(folded[i].Roles), g.Roles...)
	}
	for i := range folded {
		slices.Sort(folded[i].Roles)
		folded[i].Roles = slices.Compact(folded[i].Roles)
	}
	slices.SortStableFunc(folded, func(x, y Goroutines) int {
		if x.Count != y.Count {
			return x.Count - y.Count
		}
		return slices.Compare(x.Roles, y.Roles)
	})
	return folded
}
