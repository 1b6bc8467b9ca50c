package actor_test

import (
	"sync"
	"testing"

	"github.com/7aca83c2/multinode/actor"
)

func TestExtensionIsMadeOncePerSystem(t *testing.T) {
	type counters map[string]int
	first, second := newSystem(t), newSystem(t)
	made := 0
	create := func() counters { made++; return counters{} }
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() { actor.Extension(first, create) })
	}
	group.Wait()
	if made != 1 {
		t.Errorf("made %d times, want once", made)
	}
	actor.Extension(first, create)["x"] = 1
	if got := actor.Extension(first, create)["x"]; got != 1 {
		t.Error("the system does not keep what was made")
	}
	if other := actor.Extension(second, create); len(other) != 0 {
		t.Errorf("another system has %v of the first", other)
	}
	if got := actor.Extension(first, func() int { return 7 }); got != 7 {
		t.Errorf("an extension of another type is %d, want 7", got)
	}
}
