//go:build !race

package actor_test

import (
	"testing"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/chanpair"
)

type small struct{ A, B int }

// allocated tells an actor the message and waits until it has been handled.
func allocated[M any](t *testing.T, m M) float64 {
	handled := make(chan struct{}, 1)
	ref := spawn(t, newSystem(t), func(*actor.Context[M], M) error { handled <- struct{}{}; return nil })
	return testing.AllocsPerRun(1000, func() {
		ref.Tell(m)
		<-handled
	})
}

func TestTellDoesNotAllocate(t *testing.T) {
	for name, n := range map[string]float64{
		"pointer":   allocated(t, &small{}),
		"struct":    allocated(t, small{1, 2}),
		"string":    allocated(t, "text"),
		"interface": allocated(t, any(&small{})),
	} {
		if n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

// A burst takes its memory from a pool, so that the next one costs nothing either.
func TestBurstsDoNotAllocate(t *testing.T) {
	const burst = 10_000
	handled := make(chan struct{}, 1)
	ref := spawn(t, newSystem(t), func(_ *actor.Context[int], n int) error {
		if n == burst-1 {
			handled <- struct{}{}
		}
		return nil
	})
	n := testing.AllocsPerRun(20, func() {
		for n := range burst {
			ref.Tell(n)
		}
		<-handled
	})
	if n > burst/500 { // the garbage collector empties the pool now and then
		t.Errorf("%v allocations for a burst of %d", n, burst)
	}
}

func TestSendToAnotherNodeDoesNotAllocate(t *testing.T) {
	network := chanpair.New(transport.NewSwitch())
	a := newSystem(t, actor.WithNetwork(network, "a"))
	ref := actor.RefAt[small](a, "nobody", "/x")
	if err := ref.Send(small{}); err != nil {
		t.Fatal(err)
	}
	if n := testing.AllocsPerRun(1000, func() { ref.Tell(small{1, 2}) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestReceivingFromAnotherNodeDoesNotAllocate(t *testing.T) {
	network := chanpair.New(transport.NewSwitch())
	a, b := newSystem(t, actor.WithNetwork(network, "a")), newSystem(t, actor.WithNetwork(network, "b"))
	handled := make(chan struct{}, 1)
	spawnAs(t, b, "x", func(*actor.Context[small], small) error { handled <- struct{}{}; return nil })
	ref := actor.RefAt[small](a, "b", "/x")
	if n := testing.AllocsPerRun(1000, func() { ref.Tell(small{1, 2}); <-handled }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// What an Ask needs: who waits, and where the reply comes.
func TestAskAllocatesLittle(t *testing.T) {
	ref := spawn(t, newSystem(t), func(_ *actor.Context[actor.Ref[int]], r actor.Ref[int]) error { r.Tell(1); return nil })
	if n := testing.AllocsPerRun(1000, func() { _, _ = actor.Ask(t.Context(), ref, same) }); n > 3 {
		t.Errorf("%v allocations", n)
	}
}

func TestSpawnIsSmall(t *testing.T) {
	sys := newSystem(t)
	if n := testing.AllocsPerRun(1000, func() { spawn(t, sys, ignore) }); n > 1 {
		t.Errorf("%v allocations", n)
	}
}

// What keeps no pointer to itself, as a Ref, does not need memory of its own to be decoded.
func TestReceivingARefAllocatesNoMemoryForTheMessage(t *testing.T) {
	network := chanpair.New(transport.NewSwitch())
	a, b := newSystem(t, actor.WithNetwork(network, "a")), newSystem(t, actor.WithNetwork(network, "b"))
	type withRef struct {
		A   int
		Ref actor.Ref[int]
	}
	handled := make(chan struct{}, 1)
	spawnAs(t, b, "x", func(*actor.Context[withRef], withRef) error { handled <- struct{}{}; return nil })
	ref := actor.RefAt[withRef](a, "b", "/x")
	if n := testing.AllocsPerRun(1000, func() { ref.Tell(withRef{A: 1}); <-handled }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
