package sharding_test

import (
	"testing"
	"testing/synctest"
	"time"
)

// TestShutdownWaitsForTheNextHomes has a region give all up over links that are slow: it
// stays until it knows who has its shards, and no longer than a second if nobody can.
func TestShutdownWaitsForTheNextHomes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.Start("a", "b", "c")
		l.touch("a", 40)
		l.Until(time.Second, "even load", func() bool { return l.spread() == "a:4 b:4 c:4" })
		defer l.Slow("a", "c", 20*time.Millisecond)()
		began := time.Now()
		if err := l.regions["b"].Shutdown(l.Within(time.Minute)); err != nil {
			t.Fatal(err)
		}
		synctest.Wait() // for what it is told of shards that it never had
		for _, s := range l.regions["b"].Shards() {
			if s.At == "b" || s.At == "" {
				t.Errorf("shard %s is at %q for b, which has given it up", s.ID, s.At)
			}
		}
		if n := len(l.regions["b"].Shards()); n != 12 {
			t.Errorf("b knows of %d shards, want 12", n)
		}
		if took := time.Since(began); took < 20*time.Millisecond || took > 500*time.Millisecond {
			t.Errorf("it took %s, want as long as the next homes need", took)
		}

		l.Leave("b")
		if err := l.regions["c"].Shutdown(l.Within(time.Minute)); err != nil {
			t.Fatal(err)
		}
		began = time.Now()
		if err := l.regions["a"].Shutdown(l.Within(time.Minute)); err != nil { // nobody can have them
			t.Fatal(err)
		}
		if took := time.Since(began); took > 1200*time.Millisecond {
			t.Errorf("with nobody to follow it took %s, want about a second", took)
		}
	})
}
