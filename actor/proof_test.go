package actor_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/chanpair"
)

// No bit of a frame can flip unnoticed, and no byte be missing or added.
func TestDamagedFrames(t *testing.T) {
	network := chanpair.New(transport.NewSwitch())
	far := newSystem(t, actor.WithNetwork(chanpair.New(transport.NewSwitch()), "a"), actor.WithIncarnation(1))
	b := newSystem(t, actor.WithNetwork(network, "b"), actor.WithIncarnation(2))
	spawnAs(t, b, "x", func(*actor.Context[string], string) error { t.Error("a damaged frame was believed"); return nil })
	frame := actor.Frame(actor.RefAt[string](far, "b", "/x"), "some text")
	actor.Seal(frame, 1)
	tries := uint64(0)
	try := func(damaged []byte) {
		tries++
		b.Receive("a", damaged)
		if r := b.Refused(); r != (actor.Refused{Damaged: tries}) || b.DeadLetters() != tries {
			t.Fatalf("after %d damaged frames: refused %+v, %d dead letters", tries, r, b.DeadLetters())
		}
	}
	for bit := range 8 * len(frame) {
		frame[bit/8] ^= 1 << (bit % 8)
		try(frame)
		frame[bit/8] ^= 1 << (bit % 8)
	}
	for n := range frame {
		try(frame[:n])
	}
	try(append(frame, 0))
}

// forge has to receive a frame that says it comes from that incarnation of the node a.
func forge(t *testing.T, to *actor.System, incarnation, number uint64) {
	forger := newSystem(t, actor.WithNetwork(chanpair.New(transport.NewSwitch()), "a"), actor.WithIncarnation(incarnation))
	frame := actor.Frame(actor.RefAt[string](forger, to.Address(), "/x"), "forged")
	actor.Seal(frame, number)
	to.Receive("a", frame)
}

// A frame that names another incarnation, older or newer, ends nothing by itself, and is
// not handled.
func TestOneFrameDoesNotEndANode(t *testing.T) {
	for _, incarnation := range []uint64{0xa0, 0xff} {
		synctest.Test(t, func(t *testing.T) {
			var tr trace
			_, a, b := pair(t)
			met(t, a, b)
			spawnAs(t, b, "x", func(_ *actor.Context[string], m string) error { tr.add("%s", m); return nil })
			w := watching(t, &tr, b, actor.RefAt[string](b, "a", "/met"))
			w.Tell("watch")
			tr.expect(t, "w got watch")
			actor.Subscribe(b, func(actor.IncarnationDown) { t.Error("an incarnation is down") })

			forge(t, b, incarnation, 1)
			tr.expect(t)
			actor.RefAt[string](a, "b", "/x").Tell("real")
			tr.expect(t, "real")
			time.Sleep(time.Minute)
			actor.RefAt[string](a, "b", "/x").Tell("still")
			tr.expect(t, "still")
			if r := b.Refused(); r != (actor.Refused{Unproven: 1}) || b.DeadLetters() != 1 {
				t.Errorf("refused %+v, %d dead letters; want one that is unproven", r, b.DeadLetters())
			}
		})
	}
}

// Who spoke first at an address was not asked for proof, and gives way to who has it.
func TestRealNodeComesSecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tr trace
		_, a, b := pair(t)
		spawnAs(t, b, "x", func(_ *actor.Context[string], m string) error { tr.add("%s", m); return nil })
		forge(t, b, 0xff, 1)
		tr.expect(t, "forged")
		for _, m := range []string{"one", "two", "three"} {
			actor.RefAt[string](a, "b", "/x").Tell(m)
		}
		tr.expect(t, "one", "two", "three")
		if r := b.Refused(); r != (actor.Refused{}) {
			t.Errorf("refused %+v", r)
		}
	})
}

// restart ends the second system of a pair and returns its next life.
func restart(t *testing.T, network transport.Network, old *actor.System) *actor.System {
	old.Kill()
	return newSystem(t, actor.WithNetwork(network, old.Address()), actor.WithIncarnation(old.Incarnation()+1))
}

// lifePair is a pair of which the second can be restarted.
func lifePair(t *testing.T) (sw *transport.Switch, network transport.Network, a, b *actor.System) {
	sw = transport.NewSwitch()
	network = chanpair.New(sw)
	a = newSystem(t, actor.WithNetwork(network, "a"), actor.WithIncarnation(0xa1))
	b = newSystem(t, actor.WithNetwork(network, "b"), actor.WithIncarnation(0xb1))
	return sw, network, a, b
}

// What a new life sends waits for its proof, which is asked for again when it is lost.
func TestProofIsAskedForAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tr trace
		sw, network, a, b1 := lifePair(t)
		met(t, a, b1)
		spawnAs(t, a, "x", func(_ *actor.Context[string], m string) error { tr.add("%s", m); return nil })
		actor.Subscribe(a, func(d actor.IncarnationDown) { tr.add("%s %x is down", d.Address, d.Incarnation) })
		b2 := restart(t, network, b1)
		_ = sw.Cut(t.Context(), aToB)
		for _, m := range []string{"one", "two", "three"} {
			actor.RefAt[string](b2, "a", "/x").Tell(m)
		}
		time.Sleep(time.Second)
		tr.expect(t)
		sw.Mend(aToB)
		time.Sleep(200 * time.Millisecond)
		tr.expect(t, "b b1 is down", "one", "two", "three")
		if r := a.Refused(); r != (actor.Refused{}) {
			t.Errorf("refused %+v", r)
		}
	})
}

// asks asks in the background, with an hour's patience, and reports the error.
func asks(t *testing.T, ref actor.Ref[question]) <-chan error {
	ended := make(chan error, 1)
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	t.Cleanup(cancel)
	go func() {
		_, err := actor.Ask(ctx, ref, asking("keep"))
		ended <- err
	}()
	return ended
}

// expectFormer fails unless an ask has ended, because of a former life.
func expectFormer(t *testing.T, ask <-chan error) {
	t.Helper()
	synctest.Wait()
	select {
	case err := <-ask:
		if !errors.Is(err, actor.ErrIncarnation) {
			t.Errorf("got %v, want ErrIncarnation", err)
		}
	default:
		t.Error("the ask goes on")
	}
}

// An ask that a former life was sent ends when the new one shows up, whatever its Ref says
// of incarnations. One that may have reached the new life goes on.
func TestAskOfNodeThatIsRestarted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, network, a, b1 := lifePair(t)
		met(t, a, b1)
		var kept actor.Ref[string]
		exact := carry(t, b1, a, spawnAs(t, b1, "x", answer(&kept)))
		any := actor.RefAt[question](a, "b", "/x")
		one, two := asks(t, exact), asks(t, any)
		synctest.Wait()
		b2 := restart(t, network, b1)
		spawnAs(t, b2, "x", answer(&kept))
		three := asks(t, any)
		synctest.Wait()
		actor.RefAt[int](b2, "a", "/met").Tell(1)
		expectFormer(t, one)
		expectFormer(t, two)
		expectFormer(t, asks(t, exact))
		kept.Tell("yes")
		if err := <-three; err != nil {
			t.Error("asked of the new life:", err)
		}
	})
}

// The system need not have met a life to know that it is over.
func TestAskOfLifeThatWasNeverMet(t *testing.T) {
	for name, learn := range map[string]func(t *testing.T, a, b *actor.System){
		"told": func(_ *testing.T, a, b *actor.System) { a.NodeReplaced("b", b.Incarnation()+1) },
		"meets another": func(t *testing.T, a, b *actor.System) {
			b.Kill()
			b2 := newSystem(t, actor.WithNetwork(chanpair.New(transport.NewSwitch()), "b"), actor.WithIncarnation(b.Incarnation()+1))
			frame := actor.Frame(actor.RefAt[int](b2, "a", "/nobody"), 1)
			actor.Seal(frame, 1)
			a.Receive("b", frame)
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				_, a, b := pair(t)
				var kept actor.Ref[string]
				var far actor.Ref[question]
				wire, err := spawnAs(t, b, "x", answer(&kept)).AppendWire(nil)
				if err == nil {
					err = far.DecodeWire(wire, a)
				}
				if err != nil {
					t.Fatal(err)
				}
				before := asks(t, far)
				synctest.Wait()
				learn(t, a, b)
				expectFormer(t, asks(t, far))
				if name == "told" { // the other is one frame, and nothing is ended by that
					expectFormer(t, before)
				}
			})
		})
	}
}
