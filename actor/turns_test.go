package actor_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/transport"
)

// TestEndsAreHeardInOrder has a node go down of which an actor watches many.
func TestEndsAreHeardInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, a, b := pair(t)
		var tr trace
		var want []string
		w := spawnAs(t, a, "w", func(ctx *actor.Context[string], m string) error {
			if m != "watch" {
				tr.add("%s", m)
				return nil
			}
			for i := range 20 {
				ctx.WatchWith(actor.RefAt[string](a, "b", fmt.Sprint("/", i)), fmt.Sprint(i))
			}
			return nil
		})
		for i := range 20 {
			spawnAs(t, b, fmt.Sprint(i), ignore)
			want = append(want, fmt.Sprint(i))
		}
		w.Tell("watch")
		synctest.Wait()
		a.NodeDown("b", 0xb1)
		tr.expect(t, want...)
	})
}

// TestAsksOfOneTimeTakeTurns has many goroutines ask at once, again and again.
func TestAsksOfOneTimeTakeTurns(t *testing.T) {
	var first []string
	for range 20 {
		got := asksInTurn(t)
		if first == nil {
			first = got
		}
		if fmt.Sprint(got) != fmt.Sprint(first) {
			t.Fatalf("they asked\n%v\nand then\n%v", first, got)
		}
	}
	if len(first) != 30 {
		t.Errorf("%d have asked", len(first))
	}
}

// asksInTurn returns what was asked, in order.
func asksInTurn(t *testing.T) (asked []string) {
	synctest.Test(t, func(t *testing.T) {
		steps := transport.NewSteps(1, synctest.Wait, nil)
		ctx, cancel := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { steps.Run(ctx) })
		sys := newSystem(t, actor.WithTurns(steps.Later))
		x := spawnAs(t, sys, "x", func(_ *actor.Context[question], q question) error {
			asked = append(asked, q.What)
			q.Reply.Tell("yes")
			return nil
		})
		var asks sync.WaitGroup
		for i := range 30 {
			asks.Go(func() {
				if _, err := actor.Ask(ctx, x, asking(fmt.Sprint(i))); err != nil {
					t.Error(err)
				}
			})
		}
		asks.Wait()
		sys.Kill()
		sys.Turn(ctx, "of a system that has ended") // does not wait
		cancel()
		running.Wait()
	})
	return asked
}
