package actor_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/chanpair"
)

// watching spawns an actor "w" that watches ref when told "watch", and the like.
func watching(t *testing.T, tr *trace, sys *actor.System, ref actor.AnyRef) actor.Ref[string] {
	w := hooked{trace: tr, name: "w", do: func(ctx *actor.Context[string], m string) error {
		switch m {
		case "watch":
			ctx.Watch(ref)
		case "with":
			ctx.WatchWith(ref, "its end")
		case "unwatch":
			ctx.Unwatch(ref)
		}
		return nil
	}}.spawn(t, sys)
	tr.expect(t, "w starts")
	return w
}

// eachDistance runs a test with the watched actor in the same system, and in another.
func eachDistance(t *testing.T, test func(t *testing.T, here, there *actor.System, far string)) {
	t.Run("local", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			sys := newSystem(t)
			test(t, sys, sys, "")
		})
	})
	t.Run("remote", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			_, a, b := pair(t)
			test(t, a, b, "b")
		})
	})
}

func end(t *testing.T, s *actor.System, ref actor.AnyRef) {
	t.Helper()
	if err := s.StopActor(t.Context(), ref); err != nil {
		t.Fatal(err)
	}
}

func TestWatch(t *testing.T) {
	eachDistance(t, func(t *testing.T, here, there *actor.System, far string) {
		var tr trace
		x := spawnAs(t, there, "x", ignore)
		w := watching(t, &tr, here, x)
		w.Tell("watch")
		w.Tell("watch")
		tr.expect(t, "w got watch", "w got watch")
		end(t, there, x)
		tr.expect(t, "w hears "+far+"/x stopped")
		w.Tell("watch")
		tr.expect(t, "w got watch", "w hears "+far+"/x not found")
	})
}

func TestWatchWith(t *testing.T) {
	eachDistance(t, func(t *testing.T, here, there *actor.System, _ string) {
		var tr trace
		x := spawnAs(t, there, "x", ignore)
		w := watching(t, &tr, here, x)
		w.Tell("watch")
		w.Tell("with")
		tr.expect(t, "w got watch", "w got with")
		end(t, there, x)
		tr.expect(t, "w got its end")
	})
}

func TestUnwatch(t *testing.T) {
	eachDistance(t, func(t *testing.T, here, there *actor.System, _ string) {
		var tr trace
		x := spawnAs(t, there, "x", ignore)
		w := watching(t, &tr, here, x)
		w.Tell("watch")
		w.Tell("unwatch")
		tr.expect(t, "w got watch", "w got unwatch")
		end(t, there, x)
		time.Sleep(time.Minute)
		tr.expect(t)
	})
}

// What the actor said before its end is heard before its end.
func TestTerminatedComesLast(t *testing.T) {
	eachDistance(t, func(t *testing.T, here, there *actor.System, far string) {
		var tr trace
		x := spawnAs(t, there, "x", func(ctx *actor.Context[actor.Ref[string]], to actor.Ref[string]) error {
			for range 3 {
				to.Tell("word")
			}
			ctx.StopSelf()
			return nil
		})
		w := watching(t, &tr, here, x)
		w.Tell("watch")
		tr.expect(t, "w got watch")
		if here == there {
			x.Tell(w)
		} else {
			actor.RefAt[actor.Ref[string]](here, "b", "/x").Tell(w)
		}
		tr.expect(t, "w got word", "w got word", "w got word", "w hears "+far+"/x stopped")
	})
}

func TestDeathPact(t *testing.T) {
	eachDistance(t, func(t *testing.T, here, there *actor.System, far string) {
		var tr trace
		actor.Subscribe(here, func(f actor.Failure) { tr.add("%v", f.Err) })
		x := spawnAs(t, there, "x", ignore)
		spawn(t, here, func(ctx *actor.Context[string], _ string) error {
			ctx.Watch(x)
			return nil
		}).Tell("go")
		synctest.Wait()
		end(t, there, x)
		tr.expect(t, "watched actor ended and Terminated is not handled: "+far+"/x: stopped")
	})
}

func TestAwaitEnd(t *testing.T) {
	eachDistance(t, func(t *testing.T, here, there *actor.System, far string) {
		x := spawnAs(t, there, "x", ignore)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		err := here.AwaitEnd(ctx, x)
		if want := `actor: await the end of "` + far + `/x": context deadline exceeded`; err == nil || err.Error() != want {
			t.Fatalf("got %v, want %s", err, want)
		}
		var ending sync.WaitGroup
		defer ending.Wait()
		ending.Go(func() { time.Sleep(time.Second); end(t, there, x) })
		if err := here.AwaitEnd(t.Context(), x); err != nil {
			t.Error(err)
		}
	})
}

// Frames of a watch are lost as others are, but sent again.
func TestWatchSurvivesCut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tr trace
		sw, a, b := pair(t)
		x := spawnAs(t, b, "x", ignore)
		w := watching(t, &tr, a, x)
		ab, ba := transport.Link{From: "a", To: "b"}, transport.Link{From: "b", To: "a"}

		_ = sw.Cut(t.Context(), ab, ba)
		w.Tell("watch")
		time.Sleep(time.Second)
		sw.Mend(ab, ba)
		time.Sleep(time.Second)
		_ = sw.Cut(t.Context(), ab, ba)
		end(t, b, x)
		time.Sleep(time.Second)
		tr.expect(t, "w got watch")
		sw.Mend(ab, ba)
		time.Sleep(time.Second)
		tr.expect(t, "w hears b/x stopped")

		quiet := frames(sw)
		time.Sleep(time.Hour)
		if now := frames(sw); now != quiet {
			t.Fatalf("%d frames in an idle hour", now-quiet)
		}
	})
}

func frames(sw *transport.Switch) (n uint64) {
	for _, s := range sw.Stats() {
		n += s.Frames
	}
	return n
}

func TestNodeDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tr trace
		_, a, b := pair(t)
		x := spawnAs(t, b, "x", ignore)
		toA := actor.RefAt[string](b, "a", "/w")
		w := watching(t, &tr, a, carry(t, b, a, x))
		w.Tell("watch")
		tr.expect(t, "w got watch")
		cancel := actor.Subscribe(a, func(d actor.IncarnationDown) { tr.add("%s %x down", d.Address, d.Incarnation) })

		a.NodeDown("b", 0xb2) // another life
		tr.expect(t, "b b2 down")
		cancel()
		toA.Tell("before")
		tr.expect(t, "w got before")

		var downs int
		actor.Subscribe(a, func(actor.IncarnationDown) { downs++ })
		a.NodeDown("b", 0xb1)
		a.NodeDown("b", 0xb1)
		tr.expect(t, "w hears b/x node down")
		if downs != 1 {
			t.Fatal("published", downs, "times")
		}

		dead := a.DeadLetters()
		toA.Tell("after")
		tr.expect(t)
		if a.DeadLetters() != dead+1 {
			t.Fatal("the message was not counted")
		}
		w.Tell("watch")
		tr.expect(t, "w got watch", "w hears b/x node down")
	})
}

func TestNewIncarnationEndsTheOldOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tr trace
		network := chanpair.New(transport.NewSwitch())
		a := newSystem(t, actor.WithNetwork(network, "a"))
		b1 := newSystem(t, actor.WithNetwork(network, "b"))
		b1x := spawnAs(t, b1, "x", ignore)
		exact := carry(t, b1, a, b1x)
		w := watching(t, &tr, a, exact)
		w.Tell("watch")
		tr.expect(t, "w got watch")

		b1.Kill()
		b2 := newSystem(t, actor.WithNetwork(network, "b"))
		b2x := spawnAs(t, b2, "x", ignore)
		exact.Tell(1) // b2 makes it a dead letter
		synctest.Wait()
		if b2.DeadLetters() != 1 {
			t.Fatal("dead letters:", b2.DeadLetters())
		}
		tr.expect(t)
		actor.RefAt[string](b2, "a", "/w").Tell("news")
		tr.expect(t, "w hears b/x node down", "w got news")
		if err := exact.Send(1); err == nil || err.Error() != `actor: send int to "b/x": node was restarted: node is down` {
			t.Fatal(err)
		}
		if again := carry(t, b2, a, b2x); again == exact || again.Send(1) != nil {
			t.Fatal("the new incarnation is a new actor")
		}
	})
}

// carry returns ref as it arrives in a message from one system to another.
func carry[M any](t *testing.T, from, to *actor.System, ref actor.Ref[M]) actor.Ref[M] {
	t.Helper()
	got := make(chan actor.Ref[M], 1)
	in := spawnAs(t, to, "carry", func(_ *actor.Context[actor.Ref[M]], r actor.Ref[M]) error { got <- r; return nil })
	actor.RefAt[actor.Ref[M]](from, to.Address(), "/carry").Tell(ref)
	r := <-got
	end(t, to, in)
	return r
}

// The end is in the mailbox already when the watch is taken back.
func TestUnwatchTakesBackTheEnd(t *testing.T) {
	eachDistance(t, func(t *testing.T, here, there *actor.System, _ string) {
		var tr trace
		x := spawnAs(t, there, "x", ignore)
		w := hooked{trace: &tr, name: "w", do: func(ctx *actor.Context[string], _ string) error {
			ctx.Watch(x)
			time.Sleep(time.Second)
			end(t, there, x)
			time.Sleep(time.Second)
			ctx.Unwatch(x)
			return nil
		}}.spawn(t, here)
		w.Tell("go")
		time.Sleep(time.Minute)
		tr.expect(t, "w starts", "w got go")
	})
}
