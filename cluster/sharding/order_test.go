package sharding_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster/sharding"
	"github.com/7aca83c2/multinode/transport"
)

func TestNewHomeKeepsOrderOfItsOwnMessages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.Start("a", "b")
		l.touch("a", 30)
		l.Until(time.Second, "even load", func() bool { return l.spread() == "a:6 b:6" })
		defer l.Slow("a", "b", 5*time.Millisecond)()
		go func() { _ = l.regions["a"].Shutdown(l.Within(time.Minute)) }()
		for n := range 300 {
			for e := range 30 {
				l.regions["b"].Tell(fmt.Sprint("e", e), note{From: "x", N: n})
			}
			time.Sleep(300 * time.Microsecond)
		}
		l.touch("b", 30)
		for e := range 30 {
			l.checkOrder(fmt.Sprint("e", e), "x", 300)
		}
	})
}

// TestHandOffTakenBackKeepsOrder has the coordinator die before all have paused.
func TestHandOffTakenBackKeepsOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.Start("a", "b", "c")
		l.touch("a", 30)
		l.Until(time.Second, "even load", func() bool { return l.spread() == "a:4 b:4 c:4" })
		defer l.Slow("a", "b", 5*time.Millisecond)()
		defer l.Slow("c", "b", 7*time.Millisecond)()
		region := l.regions["b"]
		go func() { _ = region.Shutdown(l.Within(time.Minute)) }()
		go func() {
			time.Sleep(12 * time.Millisecond) // a has ordered the hand-offs, but not paused
			l.Crash("a")
		}()
		for n := range 1000 {
			for e := range 30 {
				region.Tell(fmt.Sprint("e", e), note{From: "x", N: n})
			}
			time.Sleep(time.Millisecond)
		}
		l.touch("b", 30)
		for e := range 30 {
			last := -1
			for _, h := range l.history(fmt.Sprint("e", e)) {
				var n int
				if k, _ := fmt.Sscanf(h, "x:%d", &n); k == 1 {
					if n <= last {
						t.Fatalf("e%d: %d after %d", e, n, last)
					}
					last = n
				}
			}
		}
	})
}

// TestAskThatComesBackLate has a home go on without those who are slow to pause, and
// send back what they have sent after they know the next home.
func TestAskThatComesBackLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		for _, a := range []transport.Address{"a", "b", "c"} {
			l.start(a, sharding.WithHandOffTimeout(20*time.Millisecond))
		}
		l.touch("a", 40)
		l.Until(time.Second, "even load", func() bool { return l.spread() == "a:4 b:4 c:4" })
		l.touch("b", 40)
		defer l.Slow("b", "c", 50*time.Millisecond)()
		var all sync.WaitGroup
		all.Go(func() {
			began := time.Now()
			if err := l.regions["c"].Shutdown(l.Within(time.Minute)); err != nil || time.Since(began) != 20*time.Millisecond {
				t.Errorf("%v, after %s; want that it takes 20ms", err, time.Since(began))
			}
		})
		for n := range 100 {
			time.Sleep(time.Millisecond)
			all.Go(func() {
				_, err := sharding.Ask(l.Within(time.Minute), l.regions["b"], fmt.Sprint("e", n%40), func(to actor.Ref[string]) note {
					return note{From: "b", N: n, ReplyTo: to}
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
	})
}

// favourite is an Allocation that prefers b.
type favourite struct{ sharding.Allocation }

func (f favourite) Allocate(shard string, regions []sharding.Load) transport.Address {
	if slices.ContainsFunc(regions, func(l sharding.Load) bool { return l.Address == "b" }) {
		return "b"
	}
	return f.Allocation.Allocate(shard, regions)
}

func (favourite) Rebalance([]sharding.Load) []string { return nil }

// TestLateNewsOfAHomeKeepsOrder has the word of new homes reach c after these have asked
// it to hold back.
func TestLateNewsOfAHomeKeepsOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		for _, a := range []transport.Address{"a", "b", "c"} {
			l.start(a, sharding.WithBuffer(100_000), sharding.WithAllocation(favourite{sharding.LeastShards(10)}))
		}
		l.touch("c", 1)
		defer l.Slow("a", "c", 40*time.Millisecond)()
		defer l.Slow("b", "c", 3*time.Millisecond)()
		l.touch("b", 40) // they get their homes now
		region := l.regions["c"]
		go func() { _ = l.regions["b"].Shutdown(l.Within(time.Minute)) }()
		for n := range 1000 {
			for e := range 40 {
				region.Tell(fmt.Sprint("e", e), note{From: "x", N: n})
			}
			time.Sleep(300 * time.Microsecond)
		}
		l.touch("c", 40)
		for e := range 40 {
			l.checkOrder(fmt.Sprint("e", e), "x", 1000)
		}
	})
}
