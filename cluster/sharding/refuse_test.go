package sharding_test

import (
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster/sharding"
)

func TestFullBufferDoesNotKeepHomesFromBeingFound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.start("a", sharding.WithBuffer(0))
		l.regions["a"].Tell("e1", note{})
		l.Until(time.Second, "home", func() bool { return l.spread() == "a:1" })
		l.ask("a", "e1", 1)
	})
}

func TestDaemonOfNoWorker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		n := l.Boot("a")
		var made atomic.Int32
		region, err := sharding.StartDaemon(n, "worker", 2, func(int) actor.Actor[note] {
			made.Add(1)
			return actor.Func[note](func(*actor.Context[note], note) error { return nil })
		})
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		for _, id := range []string{"x", "2", "-1", "01", ""} {
			region.Tell(id, note{})
		}
		time.Sleep(time.Second)
		if made.Load() != 2 || region.Dropped() != 5 {
			t.Errorf("%d workers, %d dropped; want 2 and 5", made.Load(), region.Dropped())
		}
		if _, err := sharding.StartDaemon[note](n, "w", 2, nil); !errors.Is(err, sharding.ErrOption) {
			t.Error(err)
		}
		if _, err := sharding.StartProxy[note](n, "w", sharding.WithAllocation(nil)); !errors.Is(err, sharding.ErrOption) {
			t.Error(err)
		}
	})
}
