package actor_test

import (
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/chanpair"
)

// watchEachOther makes systems, in each of which an actor watches one in each other.
func watchEachOther(t *testing.T, sw *transport.Switch, count int) []*actor.System {
	network := chanpair.New(sw)
	all := make([]*actor.System, count)
	for i := range all {
		address := transport.Address(fmt.Sprint("n", i))
		all[i] = newSystem(t, actor.WithNetwork(network, address), actor.WithIncarnation(uint64(i)+1))
		spawnAs(t, all[i], "x", ignore)
	}
	for _, s := range all {
		w, err := actor.Spawn(s, "w", func() actor.Actor[string] {
			return &hooked{trace: &trace{}, do: func(ctx *actor.Context[string], to string) error {
				ctx.Watch(actor.RefAt[string](s, transport.Address(to), "/x"))
				return nil
			}}
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, other := range all {
			if other != s {
				w.Tell(string(other.Address()))
			}
		}
	}
	synctest.Wait()
	return all
}

// stopWithin fails unless the system stops in that time.
func stopWithin(t *testing.T, s *actor.System, most time.Duration) {
	t.Helper()
	began := time.Now()
	stop(t, s)
	if took := time.Since(began); took > most {
		t.Errorf("%s took %s to stop, want at most %s", s.Address(), took, most)
	}
}

func TestStopDoesNotWaitForOneThatStoppedBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, s := range watchEachOther(t, transport.NewSwitch(), 3) {
			stopWithin(t, s, 0)
			time.Sleep(time.Second)
		}
	})
}

// Whether the last word of one is taken back by its end, and so the other waits a little
// for it, is a matter of luck.
func TestStopAllAtOnce(t *testing.T) {
	for range 50 {
		synctest.Test(t, func(t *testing.T) {
			var group sync.WaitGroup
			for _, s := range watchEachOther(t, transport.NewSwitch(), 4) {
				group.Go(func() { stopWithin(t, s, 21*time.Millisecond) })
			}
			group.Wait()
		})
	}
}

func TestStopDoesNotWaitForOneThatHasDeclaredItDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all := watchEachOther(t, transport.NewSwitch(), 3)
		for _, other := range all[1:] {
			other.NodeDown(all[0].Address(), all[0].Incarnation())
		}
		stopWithin(t, all[0], 0)
	})
}

func TestStopDoesNotWaitForOneThatIsDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all := watchEachOther(t, transport.NewSwitch(), 3)
		all[1].Kill()
		all[0].NodeDown(all[1].Address(), all[1].Incarnation())
		stopWithin(t, all[0], 0)
	})
}

// Who was killed without a word may be cut off as well, for a moment.
func TestStopWaitsForTheSilentForAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all := watchEachOther(t, transport.NewSwitch(), 3)
		all[1].Kill()
		began := time.Now()
		stopWithin(t, all[0], 621*time.Millisecond)
		if time.Since(began) < 600*time.Millisecond {
			t.Error("did not wait")
		}
	})
}

func TestStopAfterCutTellsOfTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tr trace
		sw, a, b := pair(t)
		x := spawnAs(t, b, "x", ignore)
		w := watching(t, &tr, a, x)
		w.Tell("watch")
		tr.expect(t, "w got watch")
		ab, ba := transport.Link{From: "a", To: "b"}, transport.Link{From: "b", To: "a"}
		_ = sw.Cut(t.Context(), ab, ba)
		time.AfterFunc(300*time.Millisecond, func() { sw.Mend(ab, ba) })
		stopWithin(t, b, 400*time.Millisecond)
		tr.expect(t, "w hears b/x stopped")
	})
}
