package actor_test

import (
	"fmt"
	"testing"
	"testing/synctest"

	"github.com/7aca83c2/multinode/actor"
)

func TestEvents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tr trace
		sys := newSystem(t)
		cancel := actor.Subscribe(sys, func(n int) { tr.add("int %d", n) })
		actor.Subscribe(sys, func(s fmt.Stringer) { tr.add("stringer %s", s) })
		ref := spawn(t, sys, func(_ *actor.Context[int], n int) error { tr.add("actor %d", n); return nil })
		actor.Subscribe(sys, ref.Tell)
		actor.Publish(sys, 1)
		tr.expect(t, "int 1", "actor 1")
		actor.Publish(sys, actor.NodeDown)
		actor.Publish(sys, "nobody")
		tr.expect(t, "stringer node down")
		cancel()
		cancel()
		actor.Publish(sys, 2)
		tr.expect(t, "actor 2")
	})
}
