package actor_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/actor"
)

// TestDrainChild stops a child behind what it was sent, even if it fails meanwhile.
func TestDrainChild(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tr trace
		sys := newSystem(t)
		stranger := spawn(t, sys, ignore)
		spawn(t, sys, func(ctx *actor.Context[string], m string) error {
			tr.add("%v", ctx.DrainChild(stranger))
			child := spawnAs(t, ctx, "child", func(_ *actor.Context[int], n int) error {
				tr.add("child has %d", n)
				if n == 1 {
					return fmt.Errorf("no")
				}
				return nil
			})
			ctx.WatchWith(child, "ended")
			child.Tell(1)
			child.Tell(2)
			if err := ctx.DrainChild(child); err != nil {
				t.Error(err)
			}
			child.Tell(3)
			ctx.Become(actor.Func[string](func(_ *actor.Context[string], m string) error {
				tr.add("%s", m)
				return nil
			}))
			return nil
		}).Tell("go")
		time.Sleep(time.Minute)
		tr.expect(t, fmt.Sprintf(`actor: "/$3": drain "%s": not a child`, stranger),
			"child has 1", "child has 2", "ended")
		if got := sys.DeadLetters(); got != 1 {
			t.Errorf("%d dead letters, want the one that came after", got)
		}
	})
}
