package ddata

import (
	"reflect"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/cluster/ddata/crdt"
	"github.com/7aca83c2/multinode/cluster/internal/lab"
	"github.com/7aca83c2/multinode/transport"
)

// downs gives up who is unreachable for half a second.
var downs = cluster.WithDowning(cluster.AutoDown(500 * time.Millisecond))

// isPruned reports whether a has no entries of those lives of an address.
func (l *dataLab) isPruned(a, address transport.Address, until uint64) bool {
	l.Helper()
	r := l.at[a]
	c, err := Get(l.Within(time.Minute), r, hits, Local)
	s, err2 := Get(l.Within(time.Minute), r, names, Local)
	if err != nil || err2 != nil {
		l.Fatal(err, err2)
	}
	return reflect.DeepEqual(c, c.Prune(address, until)) && reflect.DeepEqual(s, s.Prune(address, until))
}

func (l *dataLab) awaitPruned(address transport.Address, until uint64) {
	l.Helper()
	deadline := time.Now().Add(5 * time.Second)
	for a := range l.Nodes {
		for !l.isPruned(a, address, until) {
			if time.Now().After(deadline) {
				l.Fatalf("%s still has entries of %s", a, address)
			}
			time.Sleep(10 * time.Millisecond)
		}
	}
}

// name adds to the set on a node.
func (l *dataLab) name(a transport.Address, name string) {
	l.Helper()
	r := l.at[a]
	err := Update(l.Within(time.Minute), r, names, Majority, func(s crdt.ORSet[string]) crdt.ORSet[string] { return s.Add(r.Self(), name) })
	l.Must(err)
}

func TestContributionOfARemovedNodeStays(t *testing.T) {
	for _, victim := range []transport.Address{"a", "b", "c"} { // the leader is one of them
		synctest.Test(t, func(t *testing.T) {
			l := newLab(t, lab.Quick, downs)
			l.form("a", "b", "c")
			life := l.at[victim].self
			for a := range l.Nodes {
				l.mustAdd(a, 1, Majority)
				l.name(a, "by "+string(a))
			}
			synctest.Wait() // until all have all
			if l.isPruned("a", victim, life.Incarnation) {
				t.Fatal("pruned while it lives")
			}
			l.Crash(victim)
			l.awaitPruned(victim, life.Incarnation)
			l.settles(3, 0)
			for a := range l.Nodes {
				s, _ := Get(l.Within(time.Second), l.at[a], names, Local)
				if s.Len() != 3 {
					t.Errorf("%s has %v after %s was removed", a, s.Elements(), victim)
				}
			}
		})
	}
}

func TestLastNodePrunesAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t, lab.Quick, downs)
		l.form("a", "b")
		life := l.at["b"].self.Incarnation
		l.mustAdd("b", 2, All)
		l.Crash("b")
		l.awaitPruned("b", life)
		l.settles(2, 0)
	})
}

func TestEachLifeIsPruned(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t, lab.Quick, downs)
		l.form("a", "b", "c")
		for i := range int64(4) {
			life := l.at["c"].self.Incarnation
			l.mustAdd("c", 1, Majority)
			l.Crash("c")
			if i%2 == 0 { // otherwise the next life is what removes this one
				l.AwaitUp()
			}
			l.Start("c")
			l.AwaitUp()
			l.awaitPruned("c", life)
			l.settles(i+1, 0)
		}
	})
}

func TestPruningWaitsForAllWhoMayHaveMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t, cluster.WithDetector(cluster.Deadline(time.Second, time.Hour)))
		l.form("a", "b", "c")
		life := l.at["c"].self.Incarnation
		l.mustAdd("c", 1, All)
		l.Cut("c", "a")
		l.Cut("a", "b")
		l.mustAdd("c", 10, Local) // b has it, a does not
		synctest.Wait()
		l.Crash("c")
		l.Start("c") // the new life removes the old one; a and b are not told at once
		time.Sleep(time.Second)
		if got := l.get("a", Local); got != 1 || l.isPruned("a", "c", life) {
			t.Fatalf("a has %d, and is pruned: %t", got, l.isPruned("a", "c", life))
		}
		l.Heal("a", "b", "c")
		l.AwaitUp()
		l.awaitPruned("c", life)
		l.settles(11, 0)
	})
}

func TestPrunedDoesNotComeBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t, lab.Quick, downs)
		l.form("a", "b", "c")
		life := l.at["c"].self.Incarnation
		l.mustAdd("c", 5, All)
		old, err := Get(l.Within(time.Second), l.at["b"], hits, Local)
		if err != nil {
			t.Fatal(err)
		}
		l.Crash("c")
		l.awaitPruned("c", life)
		l.mustAdd("b", 1, Majority)
		b := l.at["b"] // an old state turns up again
		err = Update(l.Within(time.Second), b, hits, All, func(now crdt.PNCounter) crdt.PNCounter { return now.Merge(old) })
		if err != nil {
			t.Fatal(err)
		}
		l.settles(6, 0)
		l.awaitPruned("c", life)
	})
}

func TestLeavingHandsOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.form("a", "b", "c")
		l.Cut("c", "a", "b")
		l.mustAdd("c", 1, Local)
		l.Heal("c", "a", "b")
		l.Leave("c")
		l.settles(1, 200*time.Millisecond)
	})
}
