package sharding_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster/sharding"
	"github.com/7aca83c2/multinode/transport"
)

// TestShardsChangeBetweenTwoLivesOfTheCluster has what decides on the shard of an id change
// while nobody runs. Every remembered entity lives once, without any message.
func TestShardsChangeBetweenTwoLivesOfTheCluster(t *testing.T) {
	stores := map[string]func(*testing.T) sharding.Store{
		"memory": func(*testing.T) sharding.Store { return sharding.NewMemoryStore() },
		"disk": func(t *testing.T) sharding.Store {
			store, err := sharding.NewDiskStore(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			return store
		},
	}
	for name, make := range stores {
		for change, options := range map[string][2]sharding.Option{
			"more":     {sharding.WithShards(8), sharding.WithShards(13)},
			"fewer":    {sharding.WithShards(13), sharding.WithShards(8)},
			"function": {sharding.WithShards(8), sharding.WithShardOf(func(id string) string { return id[:1] + id[len(id)-1:] })},
		} {
			t.Run(name+", "+change, func(t *testing.T) {
				store := make(t)
				synctest.Test(t, func(t *testing.T) {
					l := newLab(t)
					nodes := []transport.Address{"a", "b", "c"}
					for _, a := range nodes {
						l.start(a, options[0], sharding.WithRemember(store))
					}
					l.touch("a", 30)
					for _, a := range nodes {
						l.Crash(a)
					}
					for _, a := range nodes {
						l.start(a, options[1], sharding.WithRemember(store))
					}
					l.Until(5*time.Second, "all again", func() bool { return l.entities() == 30 })
					l.touch("b", 30)
					l.touch("c", 30)
					if n := l.entities(); n != 30 {
						t.Errorf("%d entities, want 30", n)
					}
				})
			})
		}
	}
}

// refusedAt fails unless asks of a node, and what it tells, are refused.
func (l *shardLab) refusedAt(a transport.Address, here, there string) {
	l.Helper()
	region := l.regions[a]
	_, err := sharding.Ask(l.Within(time.Minute), region, "e1", func(to actor.Ref[string]) note { return note{ReplyTo: to} })
	want := fmt.Sprintf(`sharding: ask "note/e1": %s here, %s in the cluster: number of shards differs`, here, there)
	if !errors.Is(err, sharding.ErrShards) || err.Error() != want {
		l.Fatalf("got  %v\nwant %s", err, want)
	}
	before := region.Dropped()
	region.Tell("e1", note{From: "refused", N: 1})
	synctest.Wait()
	if region.Dropped() != before+1 {
		l.Errorf("%s: a message was not dropped", a)
	}
	for _, s := range region.Shards() {
		if s.Here {
			l.Errorf("%s hosts %v", a, s)
		}
	}
}

// TestNodeWithAnotherNumberOfShardsIsRefused has it come to a cluster, and then be the one
// that coordinates.
func TestNodeWithAnotherNumberOfShardsIsRefused(t *testing.T) {
	for name, other := range map[string]struct {
		option sharding.Option
		text   string
	}{
		"number":   {sharding.WithShards(13), "13 shards"},
		"function": {sharding.WithShardOf(func(id string) string { return id }), "shards by WithShardOf"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newLab(t)
				l.Start("a")
				time.Sleep(time.Second)
				var events []sharding.Refused
				b := l.start("b", other.option)
				actor.Subscribe(b.System(), func(e sharding.Refused) { events = append(events, e) })
				time.Sleep(time.Second)
				l.Start("c", "d")
				l.touch("a", 30)
				l.refusedAt("b", other.text, "12 shards")
				if len(events) != 1 || events[0].Type != "note" || !strings.Contains(events[0].Cause.Error(), other.text) {
					t.Errorf("events: %v", events)
				}
				l.Leave("a") // b is the oldest now
				time.Sleep(time.Second)
				l.refusedAt("b", other.text, "12 shards")
				l.touch("c", 30)
				l.touch("d", 30)
				l.Until(time.Second, "even load", func() bool { return l.spread() == "b:0 c:6 d:6" })
			})
		})
	}
}

// TestRollingRestartWithAnotherNumberOfShards has the new number in use when the last node
// with the old one has gone, and not before.
func TestRollingRestartWithAnotherNumberOfShards(t *testing.T) {
	for _, end := range []string{"leave", "crash"} {
		synctest.Test(t, func(t *testing.T) {
			l, store := newLab(t), sharding.WithRemember(sharding.NewMemoryStore())
			for _, a := range []transport.Address{"a", "b", "c"} {
				l.start(a, store)
			}
			l.touch("a", 30)
			for _, a := range []transport.Address{"b", "c"} {
				l.Leave(a)
				l.start(a, store, sharding.WithShards(7))
				time.Sleep(time.Second)
				l.touch("a", 30)
				l.refusedAt(a, "7 shards", "12 shards")
			}
			if end == "leave" {
				l.Leave("a")
			} else {
				l.Crash("a")
			}
			l.Until(5*time.Second, "all again", func() bool { return l.entities() == 30 })
			l.touch("b", 30)
			l.touch("c", 30)
			if n := len(l.history("e1")); n == 0 || strings.Contains(fmt.Sprint(l.history("e1")), "refused") {
				t.Errorf("e1 has handled %v", l.history("e1"))
			}
		})
	}
}

// TestDaemonsWithAnotherNumberOfWorkers starts a node that has more of them.
func TestDaemonsWithAnotherNumberOfWorkers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		start := func(a transport.Address, workers int) {
			region, err := sharding.StartDaemon(l.Boot(a), "note", workers, func(i int) actor.Actor[note] {
				return &keeper{lab: l, id: fmt.Sprint(i), node: string(a)}
			})
			if err != nil {
				t.Fatal(err)
			}
			l.regions[a] = region
			time.Sleep(time.Second)
		}
		start("a", 3)
		start("b", 5)
		start("c", 3)
		l.Leave("a") // b coordinates
		time.Sleep(2 * time.Second)
		if got := l.spread(); got != "b:0 c:3" {
			t.Errorf("%s, want all three on c", got)
		}
		l.Leave("c")
		l.Until(2*time.Second, "five workers", func() bool { return l.spread() == "b:5" })
	})
}
