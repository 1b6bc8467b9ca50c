package singleton

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/transport"
)

func TestMovesWhenItsHostLeavesWithoutATick(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.start("a", "b", "c")
		l.tell("c", "1")
		l.at("a")
		l.expect("start a", "a 1")
		began := time.Now()
		a := l.Nodes["a"]
		if err := a.Leave(l.Within(time.Minute)); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took > 0 {
			t.Errorf("took %s of waiting, want none", took)
		}
		l.tell("c", "2")
		l.expect("stop a", "start b", "b 2")
		delete(l.Nodes, "a")
		a.System().Kill()
		l.at("b")
	})
}

func TestNothingIsLostWhenTheHostLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.start("a", "b", "c")
		l.at("a")
		l.expect("start a")
		l.tell("c", "slow")
		synctest.Wait()
		for i := range 50 {
			l.tell("c", fmt.Sprint("c", i))
			l.tell("a", fmt.Sprint("a", i))
		}
		synctest.Wait()
		left := make(chan error)
		go func() { left <- l.Nodes["a"].Leave(l.Within(time.Minute)) }()
		for i := 50; i < 100; i++ {
			l.tell("c", fmt.Sprint("c", i))
			l.tell("a", fmt.Sprint("a", i))
		}
		if err := <-left; err != nil {
			t.Fatal(err)
		}
		past := l.past()
		next := map[byte]int{}
		for _, h := range past {
			if h[1] != ' ' {
				continue
			}
			from := h[2]
			if want := fmt.Sprintf("%c%d", from, next[from]); h[2:] != want {
				t.Fatalf("handled %s, want %s next: %v", h, want, past)
			}
			next[from]++
		}
		// What is sent on a node that has left already cannot be handled.
		if next['a'] < 50 || next['a']+l.info("a").Dropped != 100 || next['c'] != 100 {
			t.Errorf("handled %d of a, with %d dropped, and %d of c, want all",
				next['a'], l.info("a").Dropped, next['c'])
		}
	})
}

func TestMovesWhenItsHostCrashes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.start("a", "b", "c")
		l.at("a")
		l.Crash("a")
		l.AwaitUp()
		l.at("b") // what is sent before is lost with a
		l.tell("c", "1")
		l.expect("start a", "start b", "b 1")
	})
}

func TestAllLeaveAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.start("a", "b", "c", "d")
		l.at("a")
		began := time.Now()
		errs := make(chan error)
		for _, n := range l.Nodes {
			go func() { errs <- n.Leave(l.Within(time.Minute)) }()
		}
		for range l.Nodes {
			if err := <-errs; err != nil {
				t.Error(err)
			}
		}
		if took := time.Since(began); took > 2*time.Second {
			t.Errorf("took %s, want no more than WithPatience", took)
		}
	})
}

// local is a message that cannot travel.
type local struct{ done chan struct{} }

func TestMessagesThatCannotTravelWorkOnTheHost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.join("a")
		l.join("b")
		l.AwaitUp()
		start := func(a transport.Address) actor.Ref[local] {
			s, err := Start(l.Nodes[a], "local", func() actor.Actor[local] {
				return actor.Func[local](func(_ *actor.Context[local], m local) error {
					close(m.done)
					return nil
				})
			})
			if err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			return s.Ref()
		}
		m := local{make(chan struct{})}
		start("a").Tell(m)
		<-m.done
		start("b")
		if got := On(l.Nodes["b"].System()); len(got) != 1 || got[0].Address != "a" {
			t.Errorf("b knows %+v, want it on a", got)
		}
	})
}
