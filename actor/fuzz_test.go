package actor_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/chanpair"
)

// Whatever arrives, the system must not panic, hang or lose the actor it is for.
func FuzzReceive(f *testing.F) {
	network := chanpair.New(transport.NewSwitch())
	sender := newSystem(f, actor.WithNetwork(network, "sender"), actor.WithIncarnation(1))
	system := newSystem(f, actor.WithNetwork(network, "system"), actor.WithIncarnation(2))
	x := spawnAs(f, system, "x", func(_ *actor.Context[question], q question) error {
		q.Reply.Tell(q.What)
		return nil
	})
	f.Add(actor.Frame(actor.RefAt[question](sender, "system", "/x"), question{"what", actor.RefAt[string](sender, "far", "/y")}))
	for kind := range byte(14) {
		f.Add(append(system.Header(kind), 1, 1, 2, '/', 'x', 0, 0, 0))
	}
	var number uint64
	f.Fuzz(func(t *testing.T, payload []byte) {
		system.Receive("fuzz", payload)
		number++
		actor.Seal(payload, number)
		system.Receive("fuzz", payload)
		if err := x.Send(question{}); err != nil {
			t.Fatal(err)
		}
	})
}

func FuzzRef(f *testing.F) {
	sys := newSystem(f, actor.WithNetwork(chanpair.New(transport.NewSwitch()), "a"), actor.WithIncarnation(1))
	f.Add([]byte{})
	wire, err := spawnAs(f, sys, "x", ignore).AppendWire(nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(wire)
	f.Fuzz(func(t *testing.T, data []byte) {
		var r, again actor.Ref[int]
		if r.DecodeWire(data, sys) != nil {
			return
		}
		out, err := r.AppendWire(nil)
		if err != nil || again.DecodeWire(out, sys) != nil || again != r {
			t.Fatalf("%v became %v, %v", r, again, err)
		}
	})
}

// Everything at once, and then an end. Run it with -race.
func TestTurmoil(t *testing.T) {
	for _, kill := range []bool{true, false} {
		_, a, b := pair(t)
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		defer cancel()
		var done atomic.Int64
		stirred := make(chan struct{})
		worker := func(ctx *actor.Context[question], q question) error {
			if done.Add(1) == 2000 {
				close(stirred)
			}
			switch rand.IntN(8) { //nolint:forbidigo // stirring needs no seed: it reports races, not values
			case 0:
				return errBad
			case 1:
				ctx.StopSelf()
			case 2:
				_, _ = actor.SpawnFunc(ctx, "", answer(nil), actor.OnFailure(actor.Escalate{}))
			case 3:
				ctx.WatchWith(q.Reply, question{})
			case 4:
				ctx.After("k", time.Millisecond, q)
			case 5:
				return ctx.Stash()
			case 6:
				ctx.UnstashAll()
			}
			q.Reply.Tell("done")
			for _, c := range ctx.Children() {
				actor.RefAt[question](ctx.System(), c.Address(), c.Path()).Tell(question{What: "fail"})
			}
			return nil
		}
		var all sync.WaitGroup
		for _, here := range []*actor.System{a, b} {
			all.Go(func() {
				for ctx.Err() == nil {
					ref, err := actor.SpawnFunc(here, "x", worker)
					if err != nil && !errors.Is(err, actor.ErrNameTaken) && !errors.Is(err, actor.ErrStopped) {
						t.Error(err)
					}
					_ = here.AwaitEnd(ctx, ref)
				}
			})
			for _, there := range []transport.Address{"a", "b"} {
				all.Go(func() {
					for ctx.Err() == nil {
						limited, cancel := context.WithTimeout(ctx, 10*time.Millisecond)
						_, _ = actor.Ask(limited, actor.RefAt[question](here, there, "/x"), asking(""))
						cancel()
					}
				})
			}
		}
		select { // until they have done a good deal
		case <-stirred:
		case <-ctx.Done():
		}
		if kill {
			a.Kill()
		}
		all.Wait()
		stop(t, a)
		stop(t, b)
	}
}
