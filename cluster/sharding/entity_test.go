package sharding_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/cluster/sharding"
	"github.com/7aca83c2/multinode/transport"
)

func (l *shardLab) entities() (n int) {
	synctest.Wait() // an entity may answer before it is counted
	for a := range l.Nodes {
		for _, s := range l.regions[a].Shards() {
			n += s.Entities
		}
	}
	return n
}

func TestPassivateWhenIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.start("a", sharding.WithPassivateAfter(time.Second))
		l.touch("a", 5)
		if got := l.entities(); got != 5 {
			t.Fatalf("%d entities, want 5", got)
		}
		for range 4 {
			time.Sleep(500 * time.Millisecond)
			l.ask("a", "e1", 1)
		}
		if got := l.entities(); got != 1 {
			t.Errorf("%d entities, want only the one that is used", got)
		}
		time.Sleep(999 * time.Millisecond)
		if got := l.entities(); got != 1 {
			t.Errorf("%d entities just before the time, want 1", got)
		}
		time.Sleep(2 * time.Millisecond)
		if got := l.entities(); got != 0 {
			t.Errorf("%d entities, want none", got)
		}
		l.ask("a", "e2", 1)
		if got := l.starts["e2"]; got != 2 {
			t.Errorf("e2 was started %d times, want twice", got)
		}
	})
}

// TestPassivatingEntityKeepsSoMuch sends to one that takes its time to stop.
func TestPassivatingEntityKeepsSoMuch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.wrap = func(k *keeper) actor.Actor[note] { return &slow{k} }
		l.start("a", sharding.WithBuffer(10), sharding.WithPassivateAfter(time.Second))
		l.ask("a", "e", 0)
		l.regions["a"].Tell("e", note{From: "x", N: 2000})
		time.Sleep(1500 * time.Millisecond)
		for n := range 13 {
			l.regions["a"].Tell("e", note{From: "y", N: n})
		}
		time.Sleep(time.Second)
		if n := l.regions["a"].Dropped(); n != 3 {
			t.Errorf("%d dropped, want 3", n)
		}
		l.checkOrder("e", "y", 10)
	})
}

func TestPassivateLeastRecentlyUsed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.start("a", sharding.WithShards(1), sharding.WithEntitiesPerShard(3))
		for _, id := range []string{"x", "y", "z", "x", "w"} { // y is the least recently used
			l.ask("a", id, 1)
		}
		synctest.Wait()
		if got := l.entities(); got != 3 || len(l.living["y"]) != 0 {
			t.Errorf("%d entities, y lives: %v; want 3 without y", got, l.living["y"])
		}
	})
}

// TestPassivateLosesNothing has an entity passivate itself all the time while it is sent
// messages.
func TestPassivateLosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.Start("a")
		for n := range 200 {
			l.regions["a"].Tell("e", note{From: "x", N: n, Stop: n%3 == 0})
			if n%7 == 0 {
				synctest.Wait()
			}
		}
		synctest.Wait()
		l.checkOrder("e", "x", 200)
		if l.starts["e"] < 20 {
			t.Errorf("it was started %d times only", l.starts["e"])
		}
	})
}

func TestRemember(t *testing.T) {
	disk, err := sharding.NewDiskStore(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for name, store := range map[string]sharding.Store{"memory": sharding.NewMemoryStore(), "disk": disk} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newLab(t)
				for _, a := range []transport.Address{"a", "b", "c"} {
					l.start(a, sharding.WithRemember(store))
				}
				l.touch("a", 20)
				l.regions["a"].Tell("e0", note{Stop: true}) // it is forgotten
				l.Until(time.Second, "19 entities", func() bool { return l.entities() == 19 })
				l.Crash("c")
				l.Until(2*time.Second, "all again", func() bool { return l.entities() == 19 })
				l.Leave("b")
				l.Until(time.Second, "all again", func() bool { return l.entities() == 19 })
				l.Crash("a")
				l.start("a", sharding.WithRemember(store))
				l.Until(time.Second, "all again without any message", func() bool { return l.entities() == 19 })
				if len(l.living["e0"]) > 0 {
					t.Error("e0 is back")
				}
			})
		})
	}
}

func TestDaemonAlwaysRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		var mu sync.Mutex
		at := map[int]string{} // where each worker runs
		start := func(a transport.Address) {
			region, err := sharding.StartDaemon(l.Boot(a), "worker", 7, func(i int) actor.Actor[note] {
				mu.Lock()
				defer mu.Unlock()
				at[i] = string(a)
				return &keeper{lab: l, id: fmt.Sprint(i), node: string(a)}
			})
			if err != nil {
				t.Fatal(err)
			}
			l.regions[a] = region
		}
		for _, a := range []transport.Address{"a", "b", "c"} {
			start(a)
		}
		l.Until(time.Second, "all run, spread", func() bool {
			return l.entities() == 7 && slices.Contains([]string{"a:3 b:2 c:2", "a:2 b:3 c:2", "a:2 b:2 c:3"}, l.spread())
		})
		l.Crash("a")
		l.Until(2*time.Second, "all run again", func() bool { return l.entities() == 7 })
		l.regions["b"].Tell("4", note{Stop: true}) // a worker that ends by itself
		l.Until(time.Second, "it ended", func() bool { return l.entities() == 6 })
		l.Until(time.Second, "it runs again", func() bool { return l.entities() == 7 })
		l.Leave("c")
		l.Until(time.Second, "all on the last", func() bool { return l.spread() == "b:7" && l.entities() == 7 })
	})
}

func TestProxyHostsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		a := l.Boot("a") // the oldest
		proxy, err := sharding.StartProxy[note](a, "note", sharding.WithShards(12), sharding.WithRole("host"))
		if err != nil {
			t.Fatal(err)
		}
		l.regions["a"] = proxy
		proxy.Tell("e0", note{From: "x", N: 0}) // waits for a host
		time.Sleep(time.Second)
		l.Options = append(l.Options, cluster.WithRoles("host"))
		l.start("b", sharding.WithRole("host"))
		l.start("c", sharding.WithRole("host"))
		l.Until(time.Second, "the message that waited", func() bool { return len(l.history("e0")) == 1 })
		l.touch("a", 40)
		l.Until(time.Second, "even load", func() bool { return l.spread() == "a:0 b:6 c:6" })
	})
}

func TestWhatDoesNotFitIsCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		n := l.Boot("b") // no seed answers, so there is no coordinator
		region, err := sharding.Start(n, "note", func(string) actor.Actor[note] { return nil }, sharding.WithBuffer(10))
		if err != nil {
			t.Fatal(err)
		}
		l.regions["b"] = region
		var lost []sharding.Dropped
		actor.Subscribe(n.System(), func(d sharding.Dropped) { lost = append(lost, d) })
		for i := range 13 {
			region.Tell("e", note{N: i})
		}
		synctest.Wait()
		if region.Dropped() != 3 || len(lost) != 3 || lost[0].Message.(note).N != 10 || !errors.Is(lost[0].Cause, sharding.ErrFull) {
			t.Errorf("dropped %d: %v; want the last three", region.Dropped(), lost)
		}
		_, err = sharding.Ask(l.Within(time.Minute), region, "e", func(to actor.Ref[string]) note { return note{ReplyTo: to} })
		if want := `sharding: ask "note/e": buffer is full`; fmt.Sprint(err) != want {
			t.Errorf("got %v, want %s", err, want)
		}
		n.System().Kill()
		_, err = sharding.Ask(l.Within(time.Minute), region, "e", func(to actor.Ref[string]) note { return note{ReplyTo: to} })
		if err == nil {
			t.Error("a region that has ended answers")
		}
	})
}

type envelope struct{ Any any }

type unregistered struct{ X int }

// TestWhatCannotBeEncodedFailsTheAsk sends it to an entity of another node.
func TestWhatCannotBeEncodedFailsTheAsk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		create := func(string) actor.Actor[envelope] {
			return actor.Func[envelope](func(*actor.Context[envelope], envelope) error { return nil })
		}
		if _, err := sharding.Start(l.Boot("a"), "open", create); err != nil {
			t.Fatal(err)
		}
		proxy, err := sharding.StartProxy[envelope](l.Boot("b"), "open")
		if err != nil {
			t.Fatal(err)
		}
		_, err = sharding.Ask(l.Within(time.Minute), proxy, "e", func(actor.Ref[string]) envelope { return envelope{unregistered{1}} })
		if text := fmt.Sprint(err); !strings.Contains(text, "unregistered") || !strings.Contains(text, "field Msg.Any") {
			t.Errorf("got %v, want an error with type and field", err)
		}
	})
}
