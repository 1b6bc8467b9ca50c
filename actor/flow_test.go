package actor_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/fault"
)

var (
	aToB = transport.Link{From: "a", To: "b"}
	bToA = transport.Link{From: "b", To: "a"}
)

// inflict puts faults on the links between a and b.
func inflict(sw *transport.Switch, seed uint64, faults ...fault.Fault) {
	for i, f := range faults {
		f.Seed = seed
		for _, l := range []transport.Link{aToB, bToA} {
			sw.SetRule(l, fmt.Sprint("fault ", i), f.Rule(l, nil))
		}
	}
}

// numbered is the nth message of a sender.
type numbered struct{ Sender, N int }

// volley has three goroutines of a send b messages, at random times, and returns what b
// has handled.
func volley(t *testing.T, seed uint64, each int, a, b *actor.System) (got []numbered) {
	const senders = 3
	spawnAs(t, b, "x", func(_ *actor.Context[numbered], m numbered) error { got = append(got, m); return nil })
	for sender := range senders {
		go func() {
			rng := rand.New(rand.NewPCG(seed, uint64(sender)))
			ref := actor.RefAt[numbered](a, "b", "/x")
			for n := range each {
				ref.Tell(numbered{sender, n})
				if rng.IntN(3) == 0 {
					time.Sleep(time.Duration(rng.IntN(4_000)) * time.Microsecond)
				}
			}
		}()
	}
	time.Sleep(time.Minute)
	synctest.Wait()
	return got
}

// checkOrder fails unless the messages of each sender are in order, each once.
func checkOrder(t *testing.T, got []numbered) {
	t.Helper()
	last := map[int]int{}
	for _, m := range got {
		if before, some := last[m.Sender]; some && m.N <= before {
			t.Fatalf("sender %d: number %d after number %d", m.Sender, m.N, before)
		}
		last[m.Sender] = m.N
	}
}

// met has a and b know each other.
func met(t *testing.T, a, b *actor.System) {
	spawnAs(t, a, "met", ignore)
	actor.RefAt[int](b, "a", "/met").Tell(1)
	spawnAs(t, b, "met", ignore)
	actor.RefAt[int](a, "b", "/met").Tell(1)
	synctest.Wait()
}

// Whatever a link does to frames, nothing is handled twice or out of order.
func TestAtMostOnceAndInOrder(t *testing.T) {
	for seed := range uint64(100) {
		synctest.Test(t, func(t *testing.T) {
			sw, a, b := pair(t)
			met(t, a, b)
			inflict(sw, seed,
				fault.Fault{Kind: fault.Duplication, Share: 0.3},
				fault.Fault{Kind: fault.Reordering, Share: 0.3, Delay: fault.Uniform(20*time.Millisecond, 20*time.Millisecond)},
				fault.Fault{Kind: fault.Loss, Share: float64(seed%3) / 10},
				fault.Fault{Kind: fault.Corruption, Share: float64(seed%2) / 10})
			const each = 200
			got := volley(t, seed, each, a, b)
			checkOrder(t, got)
			if len(got) < each {
				t.Errorf("seed %d: of 3 times %d messages %d were handled", seed, each, len(got))
			}
			if r := b.Refused(); r.Repeated == 0 || r.Late == 0 || (r.Damaged > 0) != (seed%2 == 1) || r.Unproven != 0 {
				t.Errorf("seed %d: refused %+v", seed, r)
			}
		})
	}
}

// What is only repeated, and falls back by no more than 20 ms, is all handled.
func TestReorderingLosesNothing(t *testing.T) {
	for seed := range uint64(100) {
		synctest.Test(t, func(t *testing.T) {
			sw, a, b := pair(t)
			met(t, a, b)
			inflict(sw, seed,
				fault.Fault{Kind: fault.Duplication, Share: 0.3},
				fault.Fault{Kind: fault.Reordering, Share: 0.3, Delay: fault.Uniform(10*time.Millisecond, 10*time.Millisecond)})
			got := volley(t, seed, 100, a, b)
			checkOrder(t, got)
			if len(got) != 300 {
				t.Errorf("seed %d: of 300 messages %d were handled; refused %+v", seed, len(got), b.Refused())
			}
			if dead := b.DeadLetters(); dead != 0 {
				t.Errorf("seed %d: %d dead letters", seed, dead)
			}
		})
	}
}

// A lost frame holds up those behind it for 20 ms, and a frame that is later than that is
// a dead letter.
func TestLateFrame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tr trace
		sw, a, b := pair(t)
		met(t, a, b)
		spawnAs(t, b, "x", func(_ *actor.Context[string], m string) error { tr.add("%s", m); return nil })
		actor.Subscribe(b, func(d actor.DeadLetter) {
			if !errors.Is(d.Cause, actor.ErrLate) || d.To != "b" {
				t.Errorf("%s: %v", d.To, d.Cause)
			}
			tr.add("%v", d.Cause)
		})
		x := actor.RefAt[string](a, "b", "/x")
		fallBack := func(d time.Duration) {
			f := fault.Fault{Kind: fault.Reordering, Share: 1, Delay: fault.Uniform(d, 0)}
			sw.SetRule(aToB, "late", f.Rule(aToB, nil))
		}
		fallBack(30 * time.Millisecond)
		x.Tell("one")
		sw.ClearRule(aToB, "late")
		x.Tell("two")
		tr.expect(t)
		time.Sleep(19 * time.Millisecond)
		tr.expect(t)
		time.Sleep(time.Millisecond)
		tr.expect(t, "two")
		time.Sleep(time.Second)
		tr.expect(t, `actor: frame from "a" to "b": too late`)
		if r := b.Refused(); r != (actor.Refused{Late: 1}) {
			t.Errorf("refused %+v", r)
		}

		fallBack(10 * time.Millisecond)
		x.Tell("three")
		sw.ClearRule(aToB, "late")
		x.Tell("four")
		time.Sleep(10 * time.Millisecond)
		tr.expect(t, "three", "four")
	})
}

// What waits for a frame is bounded, or one that is lost would stop a stream.
func TestStreamGoesOnAfterALoss(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got []int
		sw, a, b := pair(t)
		met(t, a, b)
		spawnAs(t, b, "x", func(_ *actor.Context[int], n int) error { got = append(got, n); return nil })
		x := actor.RefAt[int](a, "b", "/x")
		_ = sw.Cut(t.Context(), aToB)
		x.Tell(-1)
		sw.Mend(aToB)
		for n := range 2000 {
			x.Tell(n)
		}
		synctest.Wait()
		if len(got) != 2000 || !slices.IsSorted(got) {
			t.Errorf("%d messages without waiting, want 2000 in order", len(got))
		}
	})
}

// Terminated comes after what the watched actor has sent, in whatever order frames come.
func TestTerminatedIsNotOvertaking(t *testing.T) {
	for seed := range uint64(50) {
		synctest.Test(t, func(t *testing.T) {
			var tr trace
			sw, a, b := pair(t)
			w := watching(t, &tr, a, actor.RefAt[string](a, "b", "/x"))
			x := spawnAs(t, b, "x", func(ctx *actor.Context[string], m string) error {
				actor.RefAt[string](b, "a", w.Path()).Tell("news")
				ctx.StopSelf()
				return nil
			})
			w.Tell("watch")
			tr.expect(t, "w got watch")
			inflict(sw, seed, fault.Fault{Kind: fault.Reordering, Share: 0.5, Delay: fault.Uniform(9*time.Millisecond, 9*time.Millisecond)})
			x.Tell("end")
			time.Sleep(time.Minute)
			tr.expect(t, "w got news", "w hears b/x stopped")
		})
	}
}
