package actor_test

import (
	"errors"
	"testing"
	"testing/synctest"

	"github.com/7aca83c2/multinode/actor"
)

func TestBehindIsCalledAfterWhatWasThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tr trace
		_, a, b := pair(t)
		worker := spawn(t, a, func(ctx *actor.Context[int], n int) error {
			tr.add("%d", n)
			if n == 9 {
				ctx.StopSelf()
			}
			return nil
		})
		worker.Tell(1)
		worker.Tell(2)
		if err := a.Behind(worker, func() { tr.add("behind 2") }); err != nil {
			t.Error(err)
		}
		worker.Tell(3)
		tr.expect(t, "1", "2", "behind 2", "3")
		if err := a.Behind(worker, func() { tr.add("behind nothing") }); err != nil {
			t.Error(err)
		}
		tr.expect(t, "behind nothing")

		if err := b.Behind(worker, func() {}); !errors.Is(err, actor.ErrRemote) {
			t.Errorf("got %v, want ErrRemote", err)
		}
		worker.Tell(9)
		synctest.Wait()
		if err := a.Behind(worker, func() {}); !errors.Is(err, actor.ErrDead) {
			t.Errorf("got %v, want ErrDead", err)
		}
	})
}

func TestDiscardMakesADeadLetter(t *testing.T) {
	sys := newSystem(t)
	var got actor.DeadLetter
	actor.Subscribe(sys, func(d actor.DeadLetter) { got = d })
	want := actor.DeadLetter{To: "somebody", Message: 7, Cause: errors.New("no room")}
	sys.Discard(want)
	if got != want || sys.DeadLetters() != 1 {
		t.Errorf("got %+v, %d counted, want %+v", got, sys.DeadLetters(), want)
	}
}
