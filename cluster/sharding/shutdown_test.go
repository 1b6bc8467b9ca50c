package sharding_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster/sharding"
	"github.com/7aca83c2/multinode/transport"
)

// TestShutdownWithoutShards has a region that hosts none give up hosting: it gets none.
func TestShutdownWithoutShards(t *testing.T) {
	for _, lost := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			l := newLab(t)
			l.Start("a", "b")
			time.Sleep(time.Second)
			if lost {
				l.Cut("a", "b")
			}
			if err := l.regions["b"].Shutdown(l.Within(time.Minute)); err != nil {
				t.Fatal(err)
			}
			l.Heal("a", "b")
			l.touch("a", 40)
			l.touch("b", 40)
			if got := l.spread(); got != "a:12 b:0" {
				t.Error(got)
			}
		})
	}
}

// TestHandOffTimeout has entities that take longer than that to drain.
func TestHandOffTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.wrap = func(k *keeper) actor.Actor[note] { return &slow{k} }
		for _, a := range []transport.Address{"a", "b"} {
			l.start(a, sharding.WithHandOffTimeout(time.Second))
		}
		l.touch("a", 40)
		l.Until(time.Second, "even load", func() bool { return l.spread() == "a:6 b:6" })
		for _, who := range l.touch("a", 40) {
			if id, at, _ := strings.Cut(who, "@"); at == "b" {
				for range 100 {
					l.regions["b"].Tell(id, note{N: 300})
				}
			}
		}
		began := time.Now()
		if err := l.regions["b"].Shutdown(l.Within(time.Minute)); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took != 1200*time.Millisecond {
			t.Errorf("took %s, want a second and the rest of a note", took)
		}
	})
}

// TestPauseIsAskedForAgain loses what is sent to pause.
func TestPauseIsAskedForAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.Start("a", "b", "c")
		l.touch("a", 40)
		l.Until(time.Second, "even load", func() bool { return l.spread() == "a:4 b:4 c:4" })
		l.Cut("b", "c")
		time.AfterFunc(50*time.Millisecond, func() { l.Heal("b", "c") })
		began := time.Now()
		if err := l.regions["b"].Shutdown(l.Within(time.Minute)); err != nil {
			t.Fatal(err)
		}
		// It is asked again after 100 ms. If other frames were lost behind that, it waits for
		// them for the 20 ms that an actor system waits for what is late.
		if took := time.Since(began); took != 100*time.Millisecond && took != 120*time.Millisecond {
			t.Errorf("took %s, want 100ms or 120ms", took)
		}
	})
}
