package registry_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/cluster/internal/registry"
	"github.com/7aca83c2/multinode/transport"
)

func TestChangesSpreadAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.Start("a", "b", "c")
		w.AwaitUp()
		time.Sleep(time.Second) // they have met
		_, remove := w.add("a", "k")
		w.add("b", "k")
		if took := w.agreeOn("k", 2); took > time.Millisecond {
			t.Errorf("took %s, want no waiting", took)
		}
		remove()
		if took := w.agreeOn("k", 1); took > time.Millisecond {
			t.Errorf("took %s, want no waiting", took)
		}
	})
}

func TestLostUpdateIsMendedByTheTick(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.Start("a", "b", "c")
		w.AwaitUp()
		time.Sleep(time.Second)
		w.Cut("a", "b") // too short to be noticed
		w.add("a", "k")
		synctest.Wait()
		w.Heal("a", "b")
		if got := len(w.at["b"].Entries("k")); got != 0 {
			t.Fatalf("b knows %d, want the update lost", got)
		}
		if took := w.agreeOn("k", 1); took > registry.Interval+time.Millisecond {
			t.Errorf("took %s, want an interval of %s", took, registry.Interval)
		}
	})
}

func TestUpdateAfterALostOneHasItAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.Start("a", "b")
		w.AwaitUp()
		w.add("a", "k")
		time.Sleep(time.Second)
		one := transport.Link{From: "a", To: "b"} // what b says must not have to wait, too
		w.Must(w.Switch.Cut(t.Context(), one))
		w.add("a", "k")
		synctest.Wait()
		w.Switch.Mend(one)
		w.add("a", "k")
		// What is behind a lost frame waits for it, as it may only be late.
		if took := w.agreeOn("k", 3); took > 25*time.Millisecond {
			t.Errorf("took %s, want no more waiting: b has said what it lacks", took)
		}
	})
}

func TestNewsFindsItsWayRoundACut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.Start("a", "b", "c")
		w.AwaitUp()
		w.Cut("a", "b")
		time.Sleep(time.Second)
		w.add("a", "k")
		if took := w.agreeOn("k", 1); took > 3*registry.Interval {
			t.Errorf("took %s, want some turns of %s", took, registry.Interval)
		}
		if w.at["b"].Entries("k")[0].Reachable || !w.at["c"].Entries("k")[0].Reachable {
			t.Error("want a unreachable from b only")
		}
		w.Heal("a", "b")
		w.Until(time.Minute, "reachable again", func() bool { return w.at["b"].Entries("k")[0].Reachable })
	})
}

func TestEntriesOfAnEndedActorVanish(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.Start("a", "b")
		w.AwaitUp()
		ref, _ := w.add("a", "k")
		w.add("b", "k")
		w.agreeOn("k", 2)
		if err := w.Nodes["a"].System().StopActor(context.Background(), ref); err != nil {
			t.Fatal(err)
		}
		w.agreeOn("k", 1)
		ref, _ = w.add("a", "k")
		_ = ref
		w.agreeOn("k", 2)
	})
}

// TestCrashAndRestart replaces a node before anybody notices, and after.
func TestCrashAndRestart(t *testing.T) {
	for _, gone := range []time.Duration{0, 5 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, cluster.WithDowning(cluster.AutoDown(time.Second)))
			w.Start("a", "b", "c")
			w.AwaitUp()
			w.add("b", "k")
			w.add("c", "k")
			w.agreeOn("k", 2)
			w.Crash("b")
			time.Sleep(gone)
			w.Start("b")
			w.AwaitUp()
			w.agreeOn("k", 1)
			w.add("b", "k")
			w.agreeOn("k", 2)
		})
	}
}

func TestCutLeavesEntriesUntilTheMemberIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.Start("a", "b")
		w.AwaitUp()
		w.add("a", "k")
		w.add("b", "k")
		w.agreeOn("k", 2)
		w.Cut("a", "b")
		time.Sleep(time.Second)
		w.add("a", "k") // each side goes on
		w.add("b", "k")
		for _, a := range w.Addresses() {
			if got := len(w.at[a].Entries("k")); got != 3 {
				t.Errorf("%s has %d entries in a cut, want those from before and its own", a, got)
			}
		}
		time.Sleep(time.Minute) // until they seldom try
		w.Heal("a", "b")
		w.AwaitUp()
		if took := w.agreeOn("k", 4); took > registry.Interval {
			t.Errorf("took %s once they were reachable again, want them to meet at once", took)
		}
	})
}

func TestLeavingNodeTakesItsItemsBackFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.Start("a", "b", "c")
		w.AwaitUp()
		w.add("a", "k")
		w.add("b", "k")
		w.agreeOn("k", 2)
		cancel := w.at["c"].Observe("k", func(string) {
			if _, member := w.Nodes["c"].View().Member("b"); !member {
				t.Error("b was removed before its items were")
			}
		})
		w.Leave("b")
		cancel()
		w.agreeOn("k", 1)
	})
}

// TestIdleIsFree compares the frames of a cluster at rest with and without a registry.
func TestIdleIsFree(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.Start("a", "b", "c")
		w.AwaitUp()
		w.add("a", "k")
		w.agreeOn("k", 1)
		time.Sleep(10 * time.Second)
		before := w.Frames()
		time.Sleep(100 * time.Second)
		with := w.Frames() - before

		w = newWorld(t)
		w.OnStart = nil
		w.Start("a", "b", "c")
		w.AwaitUp()
		time.Sleep(10 * time.Second)
		before = w.Frames()
		time.Sleep(100 * time.Second)
		if without := w.Frames() - before; with > without+100 {
			t.Errorf("%d frames at rest, and %d without a registry", with, without)
		}
	})
}

func TestNodesThatDoNotHaveTheService(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.Start("a", "b")
		w.Boot("c")
		w.AwaitUp()
		w.add("a", "k")
		w.Until(time.Minute, "b knows", func() bool { return len(w.at["b"].Entries("k")) == 1 })
		before := w.Nodes["c"].System().DeadLetters()
		time.Sleep(100 * time.Second)
		if n := w.Nodes["c"].System().DeadLetters() - before; n > 40 {
			t.Errorf("c got %d digests in 100 s, want them to get rare", n)
		}
		r, err := registry.Start(w.Nodes["c"], "things", registry.Interval)
		if err != nil {
			t.Fatal(err)
		}
		w.at["c"] = r
		if took := w.agreeOn("k", 1); took > time.Millisecond {
			t.Errorf("took %s, want no waiting: who comes late asks", took)
		}
	})
}
