package actor_test

import (
	"testing"
	"testing/synctest"

	"github.com/7aca83c2/multinode/actor"
)

// Who asks to hear the dead hears them; nobody else does, and they stay dead.
func TestHearDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, a, b := pair(t)
		var tr trace
		note := func(name string) func(*actor.Context[string], string) error {
			return func(_ *actor.Context[string], m string) error { tr.add("%s got %s", name, m); return nil }
		}
		spawnAs(t, a, "deaf", note("deaf"))
		spawnAs(t, a, "hearing", note("hearing"), actor.HearDown())
		say := func(path, m string) { actor.RefAt[string](b, "a", path).Tell(m) }
		say("/deaf", "one")
		tr.expect(t, "deaf got one")
		a.NodeDown("b", b.Incarnation())
		before := a.DeadLetters()
		for _, path := range []string{"/deaf", "/hearing", "/nobody"} {
			say(path, "two")
		}
		tr.expect(t, "hearing got two")
		if got := a.DeadLetters() - before; got != 2 {
			t.Errorf("%d dead letters, want 2", got)
		}
		w := watching(t, &tr, b, actor.RefAt[string](b, "a", "/hearing"))
		w.Tell("watch")
		tr.expect(t, "w got watch")
	})
}
