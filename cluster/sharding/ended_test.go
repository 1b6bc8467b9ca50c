package sharding_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster/sharding"
)

func TestStartAfterTheMembershipHasEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		n := l.Boot("a")
		l.Start("b")
		time.Sleep(time.Second)
		if err := n.Leave(l.Within(time.Minute)); err != nil {
			t.Fatal(err)
		}
		region, err := sharding.Start(n, "note", func(string) actor.Actor[note] { return nil })
		if err != nil {
			t.Log(err)
			return
		}
		time.Sleep(10 * time.Second)
		_, err = sharding.Ask(l.Within(time.Minute), region, "e", func(to actor.Ref[string]) note { return note{ReplyTo: to} })
		if !errors.Is(err, sharding.ErrEnded) {
			t.Errorf("got %v, want ErrEnded", err)
		}
	})
}

func TestEndedRegion(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		n := l.start("a")
		l.Start("b")
		l.touch("a", 3)
		if err := n.Leave(l.Within(time.Minute)); err != nil {
			t.Fatal(err)
		}
		_, err := sharding.Ask(l.Within(time.Minute), l.regions["a"], "e", func(to actor.Ref[string]) note { return note{ReplyTo: to} })
		if !errors.Is(err, sharding.ErrEnded) {
			t.Errorf("left: got %v, want ErrEnded", err)
		}
		before := l.regions["a"].Dropped() // the ask may have waited in the region when it ended
		l.regions["a"].Tell("e", note{})
		synctest.Wait()
		if dropped := l.regions["a"].Dropped() - before; dropped != 1 {
			t.Errorf("%d counted, want 1", dropped)
		}
		n.System().Kill()
		_, err = sharding.Ask(l.Within(time.Minute), l.regions["a"], "e", func(to actor.Ref[string]) note { return note{ReplyTo: to} })
		if !errors.Is(err, sharding.ErrEnded) {
			t.Errorf("killed: got %v, want ErrEnded", err)
		}
		if err := l.regions["a"].Shutdown(l.Within(time.Minute)); err != nil {
			t.Error(err)
		}
	})
}
