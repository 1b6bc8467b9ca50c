package crdt_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/7aca83c2/multinode/cluster/ddata/crdt"
)

var (
	onA  = crdt.Replica{Address: "a", Incarnation: 1}
	onA2 = crdt.Replica{Address: "a", Incarnation: 2}
	onB  = crdt.Replica{Address: "b", Incarnation: 1}
)

func TestCounters(t *testing.T) {
	a := crdt.GCounter{}.Increment(onA, 3)
	b := a.Increment(onB, 4)
	if got := a.Increment(onA, 2).Merge(b).Value(); got != 9 {
		t.Errorf("counted %d, want 9", got)
	}
	up := crdt.PNCounter{}.Add(onA, 3)
	down := up.Add(onB, -5)
	if got := up.Add(onA, 1).Merge(down).Value(); got != -1 {
		t.Errorf("counted %d, want -1", got)
	}
}

func TestPrunedCounter(t *testing.T) {
	old := crdt.GCounter{}.Increment(onA, 3).Increment(onB, 1)
	pruned := old.Prune("a", 1)
	again := old.Prune("a", 1) // by somebody else
	later := pruned.Increment(onA2, 10).Merge(again)
	for what, got := range map[string]uint64{
		"pruned": pruned.Value(), "twice": pruned.Merge(again).Value(), "with the old one": pruned.Merge(old).Value(),
		"written by who is gone": pruned.Increment(onA, 7).Value(),
	} {
		if got != 4 {
			t.Errorf("%s: %d, want 4", what, got)
		}
	}
	if got := later.Prune("a", 2).Merge(old).Merge(pruned).Value(); got != 14 {
		t.Errorf("two lives: %d, want 14", got)
	}
	if b := encode(t, later.Prune("a", 2)); len(b) >= len(encode(t, later)) {
		t.Errorf("pruning saves nothing: %d bytes", len(b))
	}
}

func TestSet(t *testing.T) {
	both := crdt.ORSet[string]{}.Add(onA, "x", "y")
	for what, c := range map[string]struct {
		set  crdt.ORSet[string]
		want string
	}{
		"an add that the remove has not seen": {both.Remove("x").Merge(both.Add(onB, "x")), "x y"},
		"the same, the other way round":       {both.Add(onB, "x").Merge(both.Remove("x")), "x y"},
		"a remove that has seen it":           {both.Merge(both.Remove("x")), "y"},
		"added, removed and added":            {both.Merge(both.Remove("x").Add(onA, "x")), "x y"},
		"removed after a pruning":             {both.Prune("a", 1).Remove("x").Merge(both), "y"},
		"added by who is gone":                {both.Prune("a", 1).Add(onA, "z"), "x y"},
		"added by the next life":              {both.Prune("a", 1).Add(onA2, "z").Merge(both), "x y z"},
		"deltas in the wrong order": {
			crdt.ORSet[string]{}.Merge(both.Remove("x").Since(both)).Merge(both), "y",
		},
	} {
		if got := fmt.Sprint(slices.Sorted(slices.Values(c.set.Elements()))); got != "["+c.want+"]" {
			t.Errorf("%s: %s, want %s", what, got, c.want)
		}
	}
}

func TestRegister(t *testing.T) {
	early, late := time.Unix(1, 0), time.Unix(2, 0)
	first := crdt.LWWRegister[string]{}.Set(onA, late, "first")
	for what, c := range map[string]struct {
		register crdt.LWWRegister[string]
		want     string
	}{
		"never set":                 {crdt.LWWRegister[string]{}, ""},
		"an earlier one, at a time": {first.Merge(crdt.LWWRegister[string]{}.Set(onB, early, "other")), "first"},
		"the same time":             {first.Merge(crdt.LWWRegister[string]{}.Set(onB, late, "other")), "other"},
		"a clock that is behind":    {first.Merge(first.Set(onB, early, "second")), "second"},
	} {
		if got := c.register.Value(); got != c.want {
			t.Errorf("%s: %q, want %q", what, got, c.want)
		}
	}
}

// A set under a key that was taken out and used again is another one: what is known of
// the first must not count for it.
func TestMapOfSets(t *testing.T) {
	type sets = crdt.ORMap[string, crdt.ORSet[string]]
	add := func(m sets, by crdt.Replica, e string) sets {
		return m.Update(by, "k", func(as crdt.Replica, s crdt.ORSet[string]) crdt.ORSet[string] { return s.Add(as, e) })
	}
	first := add(sets{}, onA, "x")
	again := add(first.Remove("k"), onA, "y")
	other := first.Update(onB, "k", func(_ crdt.Replica, s crdt.ORSet[string]) crdt.ORSet[string] { return s.Remove("x") })
	s, _ := again.Merge(other).Get("k")
	if got := fmt.Sprint(s.Elements()); got != "[y]" {
		t.Errorf("has %s, want [y]", got)
	}
}

func TestMapAbsorbsWhatPrunedLivesHavePut(t *testing.T) {
	m := crdt.ORMap[string, crdt.GCounter]{}
	one := func(as crdt.Replica, c crdt.GCounter) crdt.GCounter { return c.Increment(as, 1) }
	for life := range uint64(20) {
		m = m.Update(crdt.Replica{Address: "a", Incarnation: life + 1}, "k", one)
	}
	pruned := m.Prune("a", 20)
	if m, pruned := len(encode(t, m)), len(encode(t, pruned.Update(onB, "k", one))); pruned > m*2/3 {
		t.Errorf("%d bytes after pruning and an update, %d before", pruned, m)
	}
	x, y := pruned.Update(onB, "k", one), pruned.Update(onA2, "k", one)
	if got, _ := x.Merge(y).Merge(m).Get("k"); got.Value() != 21 {
		t.Errorf("counted %d, want 20, and 1 by b", got.Value())
	}
}

func TestMap(t *testing.T) {
	type counters = crdt.ORMap[string, crdt.PNCounter]
	count := func(m counters, by crdt.Replica, n int64) counters {
		return m.Update(by, "k", func(as crdt.Replica, c crdt.PNCounter) crdt.PNCounter { return c.Add(as, n) })
	}
	five := count(counters{}, onA, 5)
	for what, c := range map[string]struct {
		m    counters
		want int64
	}{
		"of two":                           {count(five, onA, 1).Merge(count(five, onB, 2)), 8},
		"taken out":                        {five.Merge(five.Remove("k")), 0},
		"taken out, and an unseen update":  {five.Remove("k").Merge(count(five, onB, 2)), 2},
		"taken out, used again, the same":  {count(five.Remove("k"), onA, 1).Merge(count(five, onB, 2)), 3},
		"used again by who took part":      {count(five.Remove("k"), onA, 1).Merge(count(five, onA2, 2)).Merge(five), 3},
		"used again, and the old one":      {count(five.Remove("k"), onA, 1).Merge(five), 1},
		"pruned":                           {count(five, onB, 2).Prune("a", 1).Merge(five), 7},
		"pruned, and updated by two":       {count(five.Prune("a", 1), onB, 2).Merge(count(five.Prune("a", 1), onA2, 1)), 8},
		"pruned, updated and taken out":    {count(five.Prune("a", 1), onB, 2).Remove("k").Merge(five), 0},
		"pruned, and updated by its ghost": {count(five.Prune("a", 1), onA, 9), 5},
	} {
		if got, _ := c.m.Get("k"); got.Value() != c.want {
			t.Errorf("%s: %d, want %d", what, got.Value(), c.want)
		}
	}
}
