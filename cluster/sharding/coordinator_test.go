package sharding_test

import (
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster/sharding"
	"github.com/7aca83c2/multinode/transport"
)

// clumsy is an Allocation that panics some times.
type clumsy struct {
	sharding.Allocation
	panics atomic.Int32
}

func (c *clumsy) Allocate(shard string, regions []sharding.Load) transport.Address {
	if c.panics.Add(-1) >= 0 {
		panic("clumsy")
	}
	return c.Allocation.Allocate(shard, regions)
}

func TestCoordinatorThatFailsIsReplaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		c := &clumsy{Allocation: sharding.LeastShards(10)}
		for _, a := range []transport.Address{"a", "b"} {
			l.start(a, sharding.WithAllocation(c))
		}
		l.touch("b", 3)
		c.panics.Store(1)
		l.touch("b", 40)
	})
}

// TestCoordinatorDiesWhileShardDrains has the shard end when the next coordinator has
// been told of it, but has not welcomed the region yet.
func TestCoordinatorDiesWhileShardDrains(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.wrap = func(k *keeper) actor.Actor[note] { return &slow{k} }
		l.Start("a", "c", "b") // c is the next coordinator
		l.touch("a", 40)
		l.Until(time.Second, "even load", func() bool { return l.spread() == "a:4 b:4 c:4" })
		for i := range 40 {
			l.regions["b"].Tell(fmt.Sprint("e", i), note{N: 750}) // takes so many ms
		}
		defer l.Slow("b", "c", 40*time.Millisecond)()
		l.Start("d")
		time.Sleep(200 * time.Millisecond)
		l.Crash("a")
		l.Until(5*time.Second, "even load", func() bool { return l.spread() == "b:4 c:4 d:4" })
		l.touch("b", 40)
	})
}

// slow is an entity that takes its time for what nobody waits for.
type slow struct{ *keeper }

func (s *slow) Receive(ctx *actor.Context[note], n note) error {
	if n.ReplyTo.IsZero() {
		time.Sleep(time.Duration(n.N) * time.Millisecond)
	}
	return s.keeper.Receive(ctx, n)
}

// TestNextCoordinatorLearnsWhatDrains has others ask for entities of a shard that began
// to drain under the coordinator before.
func TestNextCoordinatorLearnsWhatDrains(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.wrap = func(k *keeper) actor.Actor[note] { return &slow{k} }
		l.Start("a", "c", "b")
		l.touch("a", 40)
		l.Until(time.Second, "even load", func() bool { return l.spread() == "a:4 b:4 c:4" })
		for i := range 40 {
			l.regions["b"].Tell(fmt.Sprint("e", i), note{N: 3000})
		}
		l.Start("d")
		time.Sleep(200 * time.Millisecond)
		l.Crash("a")
		time.Sleep(time.Second)
		bc := transport.Link{From: "b", To: "c"}
		frames := l.Frames(bc)
		for i := range 40 {
			l.regions["c"].Tell(fmt.Sprint("e", i), note{})
		}
		time.Sleep(time.Second)
		if n := l.Frames(bc) - frames; n > 300 {
			t.Errorf("%d frames from b to c in a second: messages go to and fro", n)
		}
		l.touch("c", 40)
	})
}

// failing is an entity that fails for some notes.
type failing struct{ *keeper }

func (f *failing) Receive(ctx *actor.Context[note], n note) error {
	if n.Fail {
		return errors.New("told to")
	}
	return f.keeper.Receive(ctx, n)
}

// TestShardThatEndsUnheardIsFound has shards fail for good while nobody hears of it.
func TestShardThatEndsUnheardIsFound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.wrap = func(k *keeper) actor.Actor[note] { return &failing{k} }
		shardOf := sharding.WithShardOf(func(id string) string { return id })
		options := sharding.WithEntityOptions(actor.OnFailure(actor.Escalate{}))
		l.start("a", shardOf, options)
		l.start("b", shardOf, options)
		l.touch("a", 12)
		l.Until(time.Second, "even load", func() bool { return l.spread() == "a:6 b:6" })
		l.Cut("a", "b")
		shards := l.regions["b"].Shards()
		for range 11 { // once more often than a shard is started again
			for _, shard := range shards {
				if shard.Here {
					l.regions["b"].Tell(shard.ID, note{Fail: true})
				}
			}
			synctest.Wait()
		}
		if got := l.spread(); got != "a:6 b:0" {
			t.Fatalf("%s, want that all of b have ended", got)
		}
		l.Heal("a", "b")
		l.touch("a", 12)
	})
}

// TestWhoComesLateKnowsAllHomes has a proxy told of them, and of new ones, unasked.
func TestWhoComesLateKnowsAllHomes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.Start("a")
		l.touch("a", 4)
		proxy, err := sharding.StartProxy[note](l.Boot("b"), "note", sharding.WithShards(12))
		if err != nil {
			t.Fatal(err)
		}
		l.regions["b"] = proxy
		known := func() bool { return len(proxy.Shards()) == len(l.regions["a"].Shards()) }
		l.Until(time.Second, "all homes", known)
		l.touch("a", 40)
		l.Until(time.Second, "all homes", known)
		if n := len(proxy.Shards()); n != 12 {
			t.Errorf("%d shards, want 12", n)
		}
	})
}

// TestMembersWithoutRegion has some that never start one, and one that is gone before it
// could say so.
func TestMembersWithoutRegion(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		for _, a := range []transport.Address{"a", "b", "c", "d"} {
			l.Boot(a)
		}
		delete(l.Nodes, "d") // not one to look at
		time.Sleep(time.Second)
		l.Cut("c", "a", "b")
		l.host("a")
		l.host("b")
		l.Crash("c")
		l.touch("a", 40)
		l.Until(time.Second, "even load", func() bool { return l.spread() == "a:6 b:6" })
	})
}
