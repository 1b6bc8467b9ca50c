package sharding_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster/internal/lab"
	"github.com/7aca83c2/multinode/cluster/sharding"
	"github.com/7aca83c2/multinode/transport"
)

// pinned is an Allocation that has every shard at one node, or at the first if that is
// not there.
type pinned struct{ *sync.Map }

func pin() pinned { return pinned{&sync.Map{}} }

func (p pinned) to(a transport.Address) { p.Store("", a) }

func (p pinned) at() transport.Address {
	at, _ := p.Load("")
	return at.(transport.Address)
}

func (p pinned) Allocate(_ string, regions []sharding.Load) transport.Address {
	if slices.ContainsFunc(regions, func(l sharding.Load) bool { return l.Address == p.at() }) {
		return p.at()
	}
	return regions[0].Address
}

func (p pinned) Rebalance(regions []sharding.Load) (move []string) {
	for _, r := range regions {
		if r.Address != p.at() && slices.ContainsFunc(regions, func(l sharding.Load) bool { return l.Address == p.at() }) {
			move = append(move, r.Shards...)
		}
	}
	return move
}

// receipts is a lab of which every id is a shard, all at one node. It knows which lives of
// nodes have handled each note, and have not failed.
type receipts struct {
	*shardLab
	pinned
	mu      sync.Mutex
	handled map[int][]string
	failed  map[string]bool
	fresh   int
}

func newReceipts(t *testing.T, addresses ...transport.Address) *receipts {
	r := &receipts{shardLab: newLab(t), pinned: pin(), handled: map[int][]string{}, failed: map[string]bool{}}
	r.wrap = func(k *keeper) actor.Actor[note] { return &receiver{k, r} }
	r.to(addresses[0])
	for _, a := range addresses {
		r.boot(a)
	}
	time.Sleep(time.Second)
	return r
}

func (r *receipts) boot(a transport.Address) {
	r.start(a, sharding.WithAllocation(r.pinned), sharding.WithShardOf(func(id string) string { return id }))
}

func (r *receipts) life(a transport.Address) string { return r.Nodes[a].System().String() }

// move has all shards move, behind an entity that nobody knew.
func (r *receipts) move(a transport.Address) {
	r.to(a)
	r.fresh++
	for _, at := range r.Addresses() {
		r.regions[at].Tell(fmt.Sprint("fresh ", r.fresh), note{N: -1})
	}
}

func (r *receipts) fail(a transport.Address) {
	r.mu.Lock()
	r.failed[r.life(a)] = true
	r.mu.Unlock()
	r.Crash(a)
}

// askUnheard asks an entity from a node for ten seconds. For a moment its home cannot
// answer.
func (r *receipts) askUnheard(from transport.Address, id string, n int) {
	link := transport.Link{From: r.at(), To: from}
	if link.From != link.To {
		r.Must(r.Switch.Cut(context.Background(), link))
	}
	region := r.regions[from]
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		_, _ = sharding.Ask(ctx, region, id, func(to actor.Ref[string]) note { return note{From: string(from), N: n, ReplyTo: to} })
	}()
	time.Sleep(20 * time.Millisecond)
	r.Switch.Mend(link)
}

// receiver is a keeper that notes who has handled what.
type receiver struct {
	*keeper
	book *receipts
}

func (k *receiver) Receive(ctx *actor.Context[note], n note) error {
	if n.N > 0 {
		k.book.mu.Lock()
		for _, before := range k.book.handled[n.N] {
			if !k.book.failed[before] {
				k.book.Errorf("note %d of %s is handled by %s, and was by %s, which has not failed", n.N, n.From, ctx.System(), before)
			}
		}
		k.book.handled[n.N] = append(k.book.handled[n.N], ctx.System().String())
		k.book.mu.Unlock()
	}
	return k.keeper.Receive(ctx, n)
}

// TestAskIsHandledOnce has an ask handled on b and its answer lost. Whatever happens to
// the homes after that one, it is not handled again.
func TestAskIsHandledOnce(t *testing.T) {
	for name, then := range map[string]func(r *receipts){
		"handed over, and the next home crashes": func(r *receipts) {
			r.move("c")
			time.Sleep(time.Second)
			r.fail("c")
		},
		"handed over twice, and the last crashes": func(r *receipts) {
			r.move("c")
			time.Sleep(time.Second)
			r.move("d")
			time.Sleep(time.Second)
			r.fail("d")
		},
		"handed over and back, and over again": func(r *receipts) {
			for _, a := range []transport.Address{"c", "b", "c"} {
				r.move(a)
				time.Sleep(time.Second)
			}
			r.fail("c")
		},
		"it leaves, and the next home crashes": func(r *receipts) {
			r.to("c")
			r.Leave("b")
			time.Sleep(time.Second)
			r.fail("c")
		},
		"it leaves, and the next home crashes at once": func(r *receipts) {
			r.to("c")
			r.Leave("b")
			r.fail("c")
		},
		"the coordinator crashes in between": func(r *receipts) {
			r.move("c")
			time.Sleep(time.Second)
			r.fail("a")
			time.Sleep(time.Second)
			r.fail("c")
		},
		"the coordinator and the next home crash together": func(r *receipts) {
			r.move("c")
			time.Sleep(time.Second)
			r.fail("a")
			r.fail("c")
		},
		"the coordinator crashes in the hand-over": func(r *receipts) {
			r.move("c")
			time.Sleep(500 * time.Microsecond)
			r.fail("a")
		},
		"the asker's own region hosts it next": func(r *receipts) {
			r.move("d")
			time.Sleep(time.Second)
			r.move("c")
			time.Sleep(time.Second)
			r.fail("c")
		},
		"it leaves, and there is nobody to be its next home yet": func(r *receipts) {
			for _, a := range []transport.Address{"a", "c", "d"} {
				r.Must(r.regions[a].Shutdown(r.Within(time.Minute)))
			}
			r.Leave("b")
			time.Sleep(time.Second)
			r.boot("e")
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newReceipts(t, "a", "b", "c", "d")
				r.move("b")
				r.regions["d"].Tell("e", note{})
				time.Sleep(time.Second)
				r.askUnheard("d", "e", 1)
				if n := len(r.handled[1]); n != 1 {
					t.Fatalf("handled %d times at first", n)
				}
				then(r)
				time.Sleep(3 * time.Second)
				if r.Nodes["a"] != nil {
					r.ask("a", "e", 2)
				}
			})
		})
	}
}

// TestAskIsSentAgain has the home of an ask crash before it has answered.
func TestAskIsSentAgain(t *testing.T) {
	for _, crashed := range [][]transport.Address{{"b"}, {"b", "a"}} { // a has the coordinator
		synctest.Test(t, func(t *testing.T) {
			r := newReceipts(t, "a", "b", "c", "d")
			r.move("b")
			r.regions["d"].Tell("e", note{})
			time.Sleep(time.Second)
			r.askUnheard("d", "e", 1)
			r.to("c")
			for _, a := range crashed {
				r.fail(a)
			}
			time.Sleep(3 * time.Second)
			if n := len(r.handled[1]); n != 2 {
				t.Errorf("handled %d times, want that it was sent to the next home", n)
			}
		})
	}
}

// TestRandomAsksAreHandledOnce has asks lose their answers while shards move, and nodes
// crash, leave and start. Only what a node handled that has failed may be handled again.
func TestRandomAsksAreHandledOnce(t *testing.T) {
	for seed := range lab.Seeds(20) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newReceipts(t, "a", "b", "c", "d")
				rng, spare, story := rand.New(rand.NewPCG(seed, 9)), []transport.Address{"f", "g", "h"}, []string{}
				for n := 1; n <= 60 && !t.Failed(); n++ {
					running := r.Addresses()
					one, other := running[rng.IntN(len(running))], running[rng.IntN(len(running))]
					switch choice := rng.IntN(12); {
					case choice < 4:
						story = append(story, fmt.Sprintf("%s asks, note %d", one, n))
						r.askUnheard(one, fmt.Sprint("e", rng.IntN(5)), n)
					case choice < 7:
						story = append(story, fmt.Sprintf("to %s", other))
						r.move(other)
					case choice < 9 && len(running) > 3 && one != "a": // a seed
						story = append(story, fmt.Sprintf("crash %s", one))
						r.fail(one)
						spare = append(spare, one)
					case choice < 10 && len(running) > 3 && one != "a":
						story = append(story, fmt.Sprintf("leave %s", one))
						r.Leave(one)
						spare = append(spare, one)
					case len(spare) > 0:
						story = append(story, fmt.Sprintf("start %s", spare[0]))
						r.boot(spare[0])
						spare = spare[1:]
					}
					time.Sleep(time.Duration(rng.IntN(400)) * time.Millisecond)
				}
				time.Sleep(5 * time.Second)
				for i := range 5 {
					r.ask("a", fmt.Sprint("e", i), 0)
				}
				if t.Failed() {
					t.Log(strings.Join(story, "\n"))
				}
			})
		})
	}
}
