package sharding_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/cluster/sharding"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/chanpair"
)

// TestTwoRunsAreTheSame has nodes join, leave and die, and compares every frame of two runs.
func TestTwoRunsAreTheSame(t *testing.T) {
	for seed := range uint64(3) {
		first, second := framesOf(t, seed, 1), framesOf(t, seed, 2)
		for i := range min(len(first), len(second)) {
			if first[i] != second[i] {
				t.Fatalf("seed %d: frame %d is\n%s\nand then\n%s", seed, i, first[i], second[i])
			}
		}
		if len(first) < 500 || len(first) != len(second) {
			t.Fatalf("seed %d: there are %d frames, and then %d", seed, len(first), len(second))
		}
	}
}

// framesOf returns the frames of a run. What is done at one time begins in an order that only the scheduler's seed
// decides.
func framesOf(t *testing.T, seed, scheduler uint64) (frames []string) {
	synctest.Test(t, func(t *testing.T) {
		steps := transport.NewSteps(seed, synctest.Wait, func(at time.Time, f transport.Frame) {
			frames = append(frames, fmt.Sprintf("%v %s %x", at, f.Link, f.Payload))
		})
		w := &sameWorld{t, seed, steps, transport.NewSwitch(transport.WithSteps(steps)), map[transport.Address]*sharding.Region[note]{}, rand.New(rand.NewPCG(scheduler, 0))}
		ctx, cancel := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { steps.Run(ctx) })
		w.run(ctx)
		cancel()
		running.Wait()
	})
	return frames
}

// sameWorld is nodes whose actors take turns.
type sameWorld struct {
	*testing.T
	seed    uint64
	steps   *transport.Steps
	sw      *transport.Switch
	regions map[transport.Address]*sharding.Region[note]
	race    *rand.Rand
}

func (w *sameWorld) run(ctx context.Context) {
	nodes := map[transport.Address]*cluster.Membership{}
	for _, a := range []transport.Address{"a", "b", "c", "d", "e"} {
		nodes[a] = w.start(a)
	}
	w.ask(ctx, "b")
	w.must(nodes["e"].Leave(ctx))
	w.must(nodes["a"].Leave(ctx)) // who coordinates
	w.ask(ctx, "c")
	w.steps.Do("the test")
	nodes["b"].System().Kill()
	w.ask(ctx, "c")
	for _, a := range []transport.Address{"a", "c", "d", "e"} {
		w.steps.Do("the test")
		nodes[a].System().Kill()
	}
}

func (w *sameWorld) must(err error) {
	if err != nil {
		w.Error(err)
	}
}

func (w *sameWorld) start(a transport.Address) *cluster.Membership {
	w.steps.Do("the test")
	system, err := actor.NewSystem(actor.WithNetwork(chanpair.New(w.sw), a), actor.WithIncarnation(1),
		actor.WithSeed(w.seed), actor.WithTurns(w.steps.Later))
	w.must(err)
	m, err := cluster.Start(system, cluster.WithSeeds("a"), cluster.WithRand(rand.NewPCG(w.seed, uint64(a[0]))),
		cluster.WithGossipInterval(20*time.Millisecond), cluster.WithDetector(cluster.Deadline(25*time.Millisecond, 150*time.Millisecond)),
		cluster.WithDowning(cluster.AutoDown(100*time.Millisecond)))
	w.must(err)
	w.regions[a], err = sharding.Start(m, "note", func(string) actor.Actor[note] {
		return actor.Func[note](func(_ *actor.Context[note], n note) error { n.ReplyTo.Tell(n.From); return nil })
	}, sharding.WithShards(12))
	w.must(err)
	return m
}

// ask asks many entities at one time, some of them twice.
func (w *sameWorld) ask(ctx context.Context, from transport.Address) {
	time.Sleep(300 * time.Millisecond)
	var asks sync.WaitGroup
	for _, i := range slices.Concat(w.race.Perm(60), w.race.Perm(10)) {
		asks.Go(func() {
			_, err := sharding.Ask(ctx, w.regions[from], fmt.Sprint("e", i), func(replyTo actor.Ref[string]) note {
				return note{From: string(from), N: i, ReplyTo: replyTo}
			})
			w.must(err)
		})
	}
	asks.Wait()
}
