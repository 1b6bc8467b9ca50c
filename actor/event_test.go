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
		actor.SubscribeRef(sys, ref)
		actor.Publish(sys, 1)
		tr.expect(t, "int 1", "actor 1")
		actor.Publish(sys, actor.NodeDown)
		actor.Publish(sys, "nobody")
		tr.expect(t, "stringer node down")
		cancel()
		cancel()
		actor.Publish(sys, 2)
		tr.expect(t, "actor 2")
		end(t, sys, ref)
		actor.Publish(sys, 3)
		tr.expect(t)
		if n := sys.DeadLetters(); n != 0 {
			t.Fatal("the subscription of an actor ends with it, but there are dead letters:", n)
		}
	})
}

func TestSubscriberThatPanics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tr trace
		sys := newSystem(t)
		actor.Subscribe(sys, func(actor.Failure) { panic("clumsy") })
		actor.Subscribe(sys, func(f actor.Failure) { tr.add("%v", f.Err) })
		spawn(t, sys, fail, actor.OnFailure(actor.Decide(func(error) actor.Strategy { panic("too") }))).Tell("error")
		tr.expect(t, "bad")
		if left := sys.Actors(); len(left) != 0 {
			t.Fatal(left)
		}
	})
}
