package actor_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/actor"
)

// shy stashes everything until it is told "open".
func shy(tr *trace) func(*actor.Context[string], string) error {
	open := false
	return func(ctx *actor.Context[string], m string) error {
		switch {
		case m == "open":
			open = true
			ctx.UnstashAll()
		case !open:
			return ctx.Stash()
		}
		tr.add("%s", m)
		return nil
	}
}

func TestStashKeepsOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tr trace
		ref := spawn(t, newSystem(t), shy(&tr))
		for m := range strings.FieldsSeq("1 2 3") {
			ref.Tell(m)
		}
		tr.expect(t)
		for m := range strings.FieldsSeq("4 open 5 6") {
			ref.Tell(m)
		}
		tr.expect(t, "open", "1", "2", "3", "4", "5", "6")
	})
}

func TestStashIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tr trace
		sys := newSystem(t)
		actor.Subscribe(sys, func(f actor.Failure) { tr.add("%v", f.Err) })
		ref := spawnAs(t, sys, "x", shy(&tr), actor.WithStashCapacity(2), actor.OnFailure(actor.Resume{}))
		for m := range strings.FieldsSeq("1 2 3 open") {
			ref.Tell(m)
		}
		tr.expect(t, `actor: "/x": stash of 2: stash full`, "open", "1", "2")
	})
}

func TestStashTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tr trace
		ref := spawnAs(t, newSystem(t), "x", func(ctx *actor.Context[string], _ string) error {
			tr.add("%v %d", ctx.Stash(), ctx.Stashed())
			tr.add("%v", ctx.Stash())
			return nil
		})
		ref.Tell("m")
		tr.expect(t, "<nil> 1", `actor: "/x": stash: no message is being handled, or it is stashed already`)
	})
}

func TestStashSurvivesRestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tr trace
		life := 0
		ref, err := actor.Spawn(newSystem(t), "x", func() actor.Actor[string] {
			life++
			first := life == 1
			return actor.Func[string](func(ctx *actor.Context[string], m string) error {
				switch {
				case first && m == "error":
					return errBad
				case first:
					return ctx.Stash()
				}
				tr.add("%s", m)
				return nil
			})
		})
		if err != nil {
			t.Fatal(err)
		}
		for m := range strings.FieldsSeq("1 2 error 3") {
			ref.Tell(m)
		}
		tr.expect(t, "1", "2", "3")
	})
}

// A stashed message keeps its place in the mailbox of marks: who asked it is told when
// the actor ends without having replied.
func TestStashedAskFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sys := newSystem(t)
		ref := spawnAs(t, sys, "x", func(ctx *actor.Context[actor.Ref[int]], _ actor.Ref[int]) error { return ctx.Stash() })
		go func() {
			time.Sleep(time.Second)
			_ = sys.StopActor(context.Background(), ref)
		}()
		began := time.Now()
		_, err := actor.Ask(t.Context(), ref, same)
		if !errors.Is(err, actor.ErrDead) || time.Since(began) != time.Second {
			t.Fatal(err, time.Since(began))
		}
	})
}

// Timers and asks are marks between messages; an unstash must not move them.
func TestUnstashWithLongMailbox(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const many = 5000
		var got []int
		ref := spawn(t, newSystem(t), func(ctx *actor.Context[int], n int) error {
			if len(got) == 0 && ctx.Stashed() < 10 && n < 10 {
				return ctx.Stash()
			}
			if n == 10 {
				ctx.UnstashAll()
			}
			got = append(got, n)
			return nil
		}, actor.WithStashCapacity(10))
		for n := range many {
			ref.Tell(n)
		}
		synctest.Wait()
		if len(got) != many || got[0] != 10 || got[1] != 0 || got[11] != 11 || got[many-1] != many-1 {
			t.Fatal(len(got), got[:12])
		}
	})
}
