package sharding_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster/internal/lab"
	"github.com/7aca83c2/multinode/cluster/sharding"
	"github.com/7aca83c2/multinode/transport"
)

// TestRandomLives has nodes crash, leave, join and miss each other for a while, and asks
// entities all the time. Every ask is answered by the entity it was meant for, no entity
// lives twice at any time, and none handles a note twice in one life.
func TestRandomLives(t *testing.T) {
	for seed := range lab.Seeds(12) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := &randomLives{shardLab: newLab(t), rand: rand.New(rand.NewPCG(seed, 7)), spare: []transport.Address{"d", "e", "f", "g"}}
				r.Start("a", "b", "c")
				r.asked = 1000 // not to be mistaken for what touch sends
				r.touch("a", 40)
				for range 60 {
					r.step()
				}
			})
		})
	}
}

type randomLives struct {
	*shardLab
	rand  *rand.Rand
	spare []transport.Address
	asked int
	story []string
}

func (r *randomLives) step() {
	running := r.Addresses()
	one := running[r.rand.IntN(len(running))]
	asks := r.askAround()
	switch choice := r.rand.IntN(10); {
	case choice < 2 && len(running) > 2 && one != "a": // the seed stays, so that others can join
		r.note("crash %s", one)
		r.Crash(one)
		r.spare = append(r.spare, one)
	case choice < 4 && len(running) > 2 && one != "a":
		r.note("leave %s", one)
		r.Leave(one)
		r.spare = append(r.spare, one)
	case choice < 7 && len(r.spare) > 0:
		r.note("start %s", r.spare[0])
		r.Start(r.spare[0])
		r.spare = r.spare[1:]
	case choice < 9:
		other := running[r.rand.IntN(len(running))]
		if other != one {
			r.note("cut %s %s", one, other)
			r.Cut(one, other)
			time.Sleep(time.Duration(r.rand.IntN(150)) * time.Millisecond)
			r.Heal(one, other)
		}
	}
	time.Sleep(time.Duration(r.rand.IntN(100)) * time.Millisecond)
	for _, ask := range asks {
		if err := ask(); err != nil {
			r.Log(strings.Join(r.story, "\n"))
			for _, n := range r.Nodes {
				r.Log(n.View())
			}
			r.Fatal(err)
		}
	}
	r.checkTwice()
}

func (r *randomLives) note(format string, args ...any) {
	r.story = append(r.story, fmt.Sprintf(format, args...))
}

// askAround begins some asks, and returns what waits for each. A frame that was under
// way in a cut is lost, and its ask with it: that one is asked again, as users would.
func (r *randomLives) askAround() (waits []func() error) {
	for range 5 {
		running := r.Addresses()
		from, id := running[r.rand.IntN(len(running))], fmt.Sprint("e", r.rand.IntN(40))
		node, region := r.Nodes[from], r.regions[from]
		result := make(chan error, 1)
		go func() {
			for {
				ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
				reply, err := sharding.Ask(ctx, region, id, func(to actor.Ref[string]) note {
					r.mu.Lock()
					defer r.mu.Unlock()
					r.asked++
					return note{From: string(from), N: r.asked, ReplyTo: to}
				})
				cancel()
				switch {
				case err == nil && !strings.HasPrefix(reply, id+"@"):
					result <- fmt.Errorf("%s was asked, %s answered", id, reply)
					return
				case errors.Is(err, context.DeadlineExceeded):
					continue
				case err != nil:
					select {
					case <-node.Done(): // it died with its node
						err = nil
					case <-time.After(time.Minute):
					}
				}
				result <- err
				return
			}
		}()
		waits = append(waits, func() error {
			select {
			case err := <-result:
				return err
			case <-time.After(30 * time.Second):
				return fmt.Errorf("%s asks %s: no answer", from, id)
			}
		})
	}
	return waits
}

// checkTwice fails if an entity has handled a note twice in one life.
func (r *randomLives) checkTwice() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for life, notes := range r.inLife {
		if slices.Sort(notes); len(slices.Compact(slices.Clone(notes))) < len(notes) {
			r.Errorf("%s handled a note twice: %v", life, notes)
		}
	}
}
