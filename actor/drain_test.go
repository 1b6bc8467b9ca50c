package actor_test

import (
	"testing"
	"testing/synctest"

	"github.com/7aca83c2/multinode/actor"
)

func TestDrainChildHandlesWhatIsThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tr trace
		sys := newSystem(t)
		spawnAs(t, sys, "p", func(ctx *actor.Context[actor.Ref[int]], stranger actor.Ref[int]) error {
			child, err := actor.SpawnFunc(ctx, "c", func(_ *actor.Context[int], i int) error {
				tr.add("c got %d", i)
				if i == 2 {
					return actor.ErrFailed // what fails in between changes nothing
				}
				return nil
			})
			if err != nil {
				t.Error(err)
			}
			for i := range 4 {
				child.Tell(i)
			}
			if err := ctx.DrainChild(child); err != nil {
				t.Error(err)
			}
			child.Tell(4)
			if err := ctx.DrainChild(stranger); err == nil || err.Error() != `actor: "/p": drain "/x": not a child` {
				t.Error(err)
			}
			return nil
		}).Tell(spawnAs(t, sys, "x", func(*actor.Context[int], int) error { return nil }))
		tr.expect(t, "c got 0", "c got 1", "c got 2", "c got 3")
		if got := sys.DeadLetters(); got != 1 {
			t.Errorf("%d dead letters, want 1", got)
		}
		if got := len(sys.Actors()); got != 2 {
			t.Errorf("%d actors, want p and x", got)
		}
	})
}
