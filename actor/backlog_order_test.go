package actor_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/transport/fault"
)

// Chunks take their turn among the other frames: what is short neither overtakes a long
// message to the same actor, nor falls behind it, and nothing is taken for late.
func TestLongAndShortMessagesKeepTheirOrder(t *testing.T) {
	for seed := range uint64(20) {
		synctest.Test(t, func(t *testing.T) {
			var tr trace
			sw, a, b := pair(t)
			met(t, a, b)
			collect(t, b, "x", &tr)
			inflict(sw, seed,
				fault.Fault{Kind: fault.Duplication, Share: 0.3},
				fault.Fault{Kind: fault.Reordering, Share: 0.3, Delay: fault.Uniform(10*time.Millisecond, 9*time.Millisecond)})
			var want []string
			for i := range 40 {
				m := blob{Name: fmt.Sprint(i)}
				if i%4 == 1 {
					m.Data = make([]byte, 40<<10)
				}
				actor.RefAt[blob](a, "b", "/x").Tell(m)
				want = append(want, "x got "+m.Name)
			}
			time.Sleep(time.Minute)
			tr.expect(t, want...)
			if dead := a.DeadLetters() + b.DeadLetters(); dead != 0 {
				t.Errorf("seed %d: %d dead letters; refused %+v", seed, dead, b.Refused())
			}
		})
	}
}

// What was sent to whoever lives there ends with the life that has got a part of it. What
// had to wait behind it goes to the next life.
func TestALongMessageIsForOneLife(t *testing.T) {
	for _, told := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			sw, network, a, b1 := lifePair(t)
			met(t, a, b1)
			sw.SetRule(aToB, "narrow", &narrow{rate: 1_000_000, depth: time.Second})
			var kept actor.Ref[string]
			spawnAs(t, b1, "x", answer(&kept))
			x := actor.RefAt[question](a, "b", "/x")
			long := make(chan error, 1)
			go func() {
				_, err := actor.Ask(t.Context(), x, func(reply actor.Ref[string]) question {
					return question{string(make([]byte, 8<<20)), reply}
				})
				long <- err
			}()
			time.Sleep(2 * time.Second)
			behind := asks(t, x)
			synctest.Wait()
			b2 := restart(t, network, b1)
			spawnAs(t, b2, "x", answer(&kept))
			if told {
				a.NodeReplaced("b", b2.Incarnation())
			} else {
				actor.RefAt[int](b2, "a", "/met").Tell(1)
				time.Sleep(time.Second) // for the proof, and for its hello behind the chunks
			}
			expectFormer(t, long)
			time.Sleep(time.Second)
			synctest.Wait()
			kept.Tell("yes")
			if err := <-behind; err != nil {
				t.Error("asked of the new life:", err)
			}
		})
	}
}

// Terminated comes after what had to wait for a long message, in whatever order frames come.
func TestTerminatedIsNotOvertakingWhatWaits(t *testing.T) {
	for seed := range uint64(50) {
		synctest.Test(t, func(t *testing.T) {
			var tr trace
			sw, a, b := pair(t)
			w := watching(t, &tr, a, actor.RefAt[string](a, "b", "/x"))
			long := string(make([]byte, 40<<10))
			x := spawnAs(t, b, "x", func(ctx *actor.Context[string], m string) error {
				to := actor.RefAt[string](b, "a", w.Path())
				to.Tell(long)
				to.Tell("news")
				ctx.StopSelf()
				return nil
			})
			w.Tell("watch")
			tr.expect(t, "w got watch")
			inflict(sw, seed,
				fault.Fault{Kind: fault.Reordering, Share: 0.5, Delay: fault.Uniform(9*time.Millisecond, 9*time.Millisecond)},
				fault.Fault{Kind: fault.Latency, Delay: fault.Constant(time.Duration(seed+1) * 4 * time.Millisecond)})
			x.Tell("end")
			time.Sleep(time.Minute)
			tr.expect(t, "w got "+long, "w got news", "w hears b/x stopped")
		})
	}
}
