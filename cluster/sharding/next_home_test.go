package sharding_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/transport"
)

// TestShutdownWaitsForTheNextHomes has a region give all up over links that are slow: it
// stays until it knows who has its shards, and no longer than a second if nobody can.
func TestShutdownWaitsForTheNextHomes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		for _, a := range []transport.Address{"a", "b", "c"} {
			l.start(a)
		}
		l.touch("a", 40)
		l.await(time.Second, "even load", func() bool { return l.spread() == "a:4 b:4 c:4" })
		defer l.slowLinks("a", "c", 20*time.Millisecond)()
		began := time.Now()
		if err := l.nodes["b"].region.Shutdown(minute(t)); err != nil {
			t.Fatal(err)
		}
		synctest.Wait() // for what it is told of shards that it never had
		for _, s := range l.nodes["b"].region.Shards() {
			if s.At == "b" || s.At == "" {
				t.Errorf("shard %s is at %q for b, which has given it up", s.ID, s.At)
			}
		}
		if n := len(l.nodes["b"].region.Shards()); n != 12 {
			t.Errorf("b knows of %d shards, want 12", n)
		}
		if took := time.Since(began); took < 20*time.Millisecond || took > 500*time.Millisecond {
			t.Errorf("it took %s, want as long as the next homes need", took)
		}

		l.leave("b")
		if err := l.nodes["c"].region.Shutdown(minute(t)); err != nil {
			t.Fatal(err)
		}
		began = time.Now()
		if err := l.nodes["a"].region.Shutdown(minute(t)); err != nil { // nobody can have them
			t.Fatal(err)
		}
		if took := time.Since(began); took > 1200*time.Millisecond {
			t.Errorf("with nobody to follow it took %s, want about a second", took)
		}
	})
}
