package sharding_test

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster/sharding"
	"github.com/7aca83c2/multinode/transport"
)

func TestEntitiesAreSpreadAndFound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.Start("a", "b", "c")
		began := time.Now()
		first := l.touch("a", 40)
		if took := time.Since(began); took > 200*time.Millisecond {
			t.Errorf("it took %s, where no tick was needed", took)
		}
		l.Until(time.Second, "even load", func() bool { return l.spread() == "a:4 b:4 c:4" })
		l.touch("a", 40)
		moved := l.touch("b", 40)
		if fmt.Sprint(moved) != fmt.Sprint(l.touch("c", 40)) {
			t.Error("b and c found different entities")
		}
		_ = first
	})
}

func TestCrashMovesShards(t *testing.T) {
	for _, victim := range []string{"a", "b", "c"} { // a has the coordinator
		synctest.Test(t, func(t *testing.T) {
			l := newLab(t)
			l.Start("a", "b", "c")
			l.touch("a", 40)
			l.Until(time.Second, "even load", func() bool { return l.spread() == "a:4 b:4 c:4" })
			l.Crash(transport.Address(victim))
			for a := range l.Nodes { // asked before anybody knows of the crash
				l.touch(a, 40)
			}
			l.Until(2*time.Second, "all shards", func() bool {
				total := 0
				for a := range l.Nodes {
					for _, s := range l.regions[a].Shards() {
						if s.Here {
							total++
						}
					}
				}
				return total == 12
			})
		})
	}
}

func TestLeaveLosesNothingAndKeepsOrder(t *testing.T) {
	for _, leaver := range []string{"a", "b"} {
		synctest.Test(t, func(t *testing.T) {
			l := newLab(t)
			l.Start("a", "b", "c")
			l.touch("c", 40)
			l.Until(time.Second, "even load", func() bool { return l.spread() == "a:4 b:4 c:4" })
			done, sender := make(chan struct{}), l.regions["c"]
			go func() {
				defer close(done)
				l.Leave(transport.Address(leaver))
			}()
			for n := range 300 {
				for e := range 10 {
					sender.Tell(fmt.Sprint("e", e), note{From: "x", N: n})
				}
				time.Sleep(100 * time.Microsecond)
			}
			<-done
			l.touch("c", 10) // behind all the others
			for e := range 10 {
				l.checkOrder(fmt.Sprint("e", e), "x", 300)
			}
			if n := l.regions["c"].Dropped(); n > 0 {
				t.Errorf("dropped %d messages", n)
			}
		})
	}
}

// checkOrder fails unless the entity has handled all n notes of a sender, in order.
func (l *shardLab) checkOrder(id, from string, n int) {
	l.Helper()
	next := 0
	for _, h := range l.history(id) {
		var who string
		var got int
		if _, err := fmt.Sscanf(h, "%1s:%d", &who, &got); err != nil {
			l.Fatal(err)
		}
		if who != from {
			continue
		}
		if got != next {
			l.Fatalf("%s got %s:%d in place of %s:%d", id, from, got, from, next)
		}
		next++
	}
	if next != n {
		l.Fatalf("%s got %d of %d", id, next, n)
	}
}

func TestJoinRebalancesAndKeepsOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.Start("a", "b")
		l.touch("b", 30)
		l.Until(time.Second, "even load", func() bool { return l.spread() == "a:6 b:6" })
		for n := range 300 {
			for e := range 10 {
				l.regions["b"].Tell(fmt.Sprint("e", e), note{From: "x", N: n})
			}
			if n == 100 {
				l.Start("c")
			}
			time.Sleep(100 * time.Microsecond)
		}
		l.Until(time.Second, "even load", func() bool { return l.spread() == "a:4 b:4 c:4" })
		l.touch("b", 10)
		for e := range 10 {
			l.checkOrder(fmt.Sprint("e", e), "x", 300)
		}
	})
}

func TestOptionsThatMakeNoSense(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		n := l.start("a")
		keep := func(string) actor.Actor[note] { return nil }
		for want, options := range map[string][]sharding.Option{
			`sharding: start "x" on "a": WithShards(0): there is at least one: bad option`: {sharding.WithShards(0)},
			`sharding: start "x" on "a": WithRemember with WithPassivateAfter or WithEntitiesPerShard: ` +
				`remembered entities always run: bad option`: {sharding.WithRemember(sharding.NewMemoryStore()), sharding.WithPassivateAfter(1)},
		} {
			_, err := sharding.Start(n, "x", keep, options...)
			if fmt.Sprint(err) != want || !errors.Is(err, sharding.ErrOption) {
				t.Errorf("got %v, want %s", err, want)
			}
		}
		if _, err := sharding.Start(n, "note", keep); !errors.Is(err, sharding.ErrStarted) {
			t.Errorf("got %v, want ErrStarted", err)
		}
		type stuck struct{ Done chan int }
		_, err := sharding.Start(n, "y", func(string) actor.Actor[stuck] { return nil })
		if want := `sharding: start "y" on "a": codec: sharding_test.stuck: field Done: chan int cannot be encoded`; fmt.Sprint(err) != want {
			t.Errorf("got %v, want %s", err, want)
		}
	})
}
