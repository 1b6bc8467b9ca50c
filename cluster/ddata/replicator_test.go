package ddata

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/cluster/ddata/crdt"
	"github.com/7aca83c2/multinode/cluster/internal/lab"
	"github.com/7aca83c2/multinode/internal/codec"
)

func TestChangesReachAllAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.form("a", "b", "c")
		began := time.Now()
		for i := range 10 {
			l.mustAdd("a", 1, Local)
			l.mustAdd("b", 10, Local)
			l.mustAdd("c", -1, []Consistency{Local, Majority, All}[i%3])
		}
		synctest.Wait()
		for a := range l.Nodes {
			if got := l.get(a, Local); got != 100 {
				t.Errorf("%s has %d, want 100", a, got)
			}
		}
		if took := time.Since(began); took > 0 {
			t.Errorf("took %s, want no time", took)
		}
	})
}

func TestLostChangesAreMended(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t) // its detector does not notice a short cut
		l.form("a", "b", "c")
		l.Cut("a", "b", "c")
		l.mustAdd("a", 1, Local)
		l.mustAdd("b", 1, Local)
		synctest.Wait()
		if got := l.get("b", Local); got != 1 {
			t.Fatalf("b has %d across the cut", got)
		}
		l.Heal("a", "b", "c")
		l.settles(2, 500*time.Millisecond)
	})
}

func TestLongCutIsMendedWhenItEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t, lab.Quick)
		l.form("a", "b", "c")
		l.Cut("a", "b", "c")
		l.mustAdd("a", 1, Local)
		l.mustAdd("b", 1, Majority)
		time.Sleep(time.Minute)
		l.Heal("a", "b", "c")
		l.settles(2, 500*time.Millisecond)
	})
}

func TestConsistencyAcrossACut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t, lab.Quick)
		l.form("a", "b", "c")
		l.Cut("a", "b", "c")
		time.Sleep(time.Second)

		began := time.Now()
		err := l.add("a", 1, Majority, 3*time.Second)
		want := `ddata: node "a": update "hits" with majority: too few nodes answered: 1 of 2 needed: a; ` +
			`missing: b (unreachable), c (unreachable): context deadline exceeded`
		if fmt.Sprint(err) != want || !errors.Is(err, ErrTooFew) {
			t.Errorf("got  %v\nwant %s", err, want)
		}
		if took := time.Since(began); took != 3*time.Second {
			t.Errorf("took %s, want 3 s", took)
		}
		if _, err = Get(l.Within(time.Second), l.at["a"], hits, Majority); !errors.Is(err, ErrTooFew) {
			t.Errorf("read on the minority side: %v", err)
		}
		if got := l.get("a", Local); got != 1 {
			t.Errorf("the update does not stand: a has %d", got)
		}
		l.mustAdd("b", 10, Majority)
		if got := l.get("c", Majority); got != 10 {
			t.Errorf("c reads %d, want 10", got)
		}
		if err := l.add("b", 100, All, time.Second); !errors.Is(err, ErrTooFew) {
			t.Errorf("all without a: %v", err)
		}
		l.Heal("a", "b", "c")
		l.settles(111, 500*time.Millisecond)
	})
}

func TestWaitingWriteGetsThroughOnceHealed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.form("a", "b", "c")
		l.Cut("a", "b", "c")
		done := make(chan error)
		go func() { done <- l.add("a", 1, All, time.Minute) }()
		time.Sleep(120 * time.Millisecond)
		l.Heal("a", "b", "c")
		began := time.Now()
		const most = 50*time.Millisecond + 2*20*time.Millisecond // what the cut has taken holds up what follows, each way
		if err := <-done; err != nil || time.Since(began) > most {
			t.Errorf("got %v after %s, want success at the next retry", err, time.Since(began))
		}
	})
}

func TestReadAsksTheRestIfOneIsSilent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.form("a", "b", "c")
		l.mustAdd("a", 1, All)
		l.Cut("c", "a", "b")
		for range 10 { // c is asked first in some of them
			began := time.Now()
			if got := l.get("a", Majority); got != 1 || time.Since(began) > 50*time.Millisecond {
				t.Errorf("got %d after %s, want 1 within 50 ms", got, time.Since(began))
			}
		}
	})
}

func TestWhatWasReadIsWrittenBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.form("a", "b", "c", "d", "e")
		l.Cut("e", "a", "b", "c", "d")
		l.mustAdd("e", 1, Local) // nobody else has it
		l.Heal("e", "b")
		l.Cut("b", "a", "c")
		if got := l.get("b", Majority); got != 1 { // from e and d, of which d does not have it
			t.Fatalf("b reads %d, want 1", got)
		}
		l.Cut("b", "d", "e")
		if got := l.get("a", Majority); got != 1 { // with c and d
			t.Errorf("a reads %d after b has read 1", got)
		}
	})
}

func TestRestartedNodeDoesNotVoteBeforeItHasCaughtUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t, cluster.WithDetector(cluster.Deadline(time.Second, time.Hour))) // sees no cut
		l.form("a", "b", "c")
		l.Cut("c", "a", "b")
		l.mustAdd("a", 1, Majority) // a and b have it
		l.Crash("b")
		l.Heal("c", "a", "b")
		l.Cut("a", "c") // so that c does not get it yet
		l.Boot("b")
		l.AwaitUp() // a and c hear of each other from b
		l.Cut("a", "b")
		l.replicate("b")
		time.Sleep(100 * time.Millisecond) // b and c have all that the other has
		if v, err := Get(l.Within(time.Second), l.at["c"], hits, Majority); !errors.Is(err, ErrTooFew) {
			t.Fatalf("b and c, neither of which has it, read %d, %v", v.Value(), err)
		}
		l.Heal("a", "b")
		if got := l.get("c", Majority); got != 1 {
			t.Errorf("c reads %d after 1 was acknowledged", got)
		}
	})
}

func TestUpdateWithoutEffectIsSureOfWhatItSaw(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.form("a", "b", "c")
		l.Cut("a", "b", "c")
		l.mustAdd("c", 1, Local)
		synctest.Wait()
		l.Heal("a", "b")
		l.Cut("c", "b")
		l.mustAdd("b", 0, Majority)
		if got := l.get("a", Local); got != 1 {
			t.Errorf("a has %d, want what b took for granted", got)
		}
	})
}

func TestWhoIsNoMemberIsNotHeard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.form("a", "b")
		a, b := l.at["a"].self, l.at["b"].self
		data, err := codec.Append(nil, crdt.PNCounter{}.Add(b, 1))
		if err != nil {
			t.Fatal(err)
		}
		to := actor.RefAt[message](l.at["b"].sys, "a", actorPath)
		m := message{Kind: change, Items: []item{{hits.Name(), data}}}
		for what, c := range map[string]struct {
			from crdt.Replica
			to   uint64
		}{
			"a stranger":                   {crdt.Replica{Address: "x", Incarnation: 1}, a.Incarnation},
			"another life of a member":     {crdt.Replica{Address: "b", Incarnation: 99}, a.Incarnation},
			"a member that means somebody": {b, 99},
		} {
			m.From, m.To = c.from, c.to
			to.Tell(m)
			synctest.Wait()
			if got := l.get("a", Local); got != 0 {
				t.Errorf("%s is heard", what)
			}
		}
		m.From, m.To = b, a.Incarnation
		to.Tell(m)
		synctest.Wait()
		if got := l.get("a", Local); got != 1 {
			t.Error("b is not heard")
		}
	})
}

func TestIdleIsNearlyFree(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t, cluster.WithDetector(cluster.Deadline(time.Hour, 2*time.Hour)), cluster.WithGossipInterval(time.Hour))
		l.form("a", "b", "c")
		for a := range l.Nodes {
			l.mustAdd(a, 1, Local)
		}
		time.Sleep(5 * time.Second)
		before := l.Frames()
		time.Sleep(10 * time.Second)
		if n := l.Frames() - before; n == 0 || n > 60 { // two for each of 30 ticks
			t.Errorf("%d frames in ten idle seconds", n)
		}
	})
}

func TestLateNodeGetsEverything(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.form("a", "b")
		l.mustAdd("a", 3, Local)
		l.mustAdd("b", 4, Local)
		a := l.at["a"]
		err := Update(l.Within(time.Second), a, names, Local, func(s crdt.ORSet[string]) crdt.ORSet[string] { return s.Add(a.Self(), "x") })
		if err != nil {
			t.Fatal(err)
		}
		l.Start("c")
		l.AwaitUp()
		l.settles(7, 200*time.Millisecond)
		s, err := Get(l.Within(time.Second), l.at["c"], names, Local)
		if err != nil || !s.Contains("x") {
			t.Errorf("c has %v, %v", s.Elements(), err)
		}
	})
}

func TestUpdateWaitsForMembers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.Start("b") // the seed is not there yet
		err := l.add("b", 1, Majority, time.Second)
		want := `ddata: node "b": update "hits" with majority: too few nodes answered: no member is up yet: context deadline exceeded`
		if fmt.Sprint(err) != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
		done := make(chan error)
		go func() { done <- l.add("b", 1, Majority, time.Minute) }()
		synctest.Wait() // it waits
		l.Start("a")
		if err := <-done; err != nil {
			t.Error(err)
		}
		l.settles(2, time.Second)
	})
}

func TestPanicInAnUpdate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.form("a")
		err := Update(t.Context(), l.at["a"], hits, Local, func(crdt.PNCounter) crdt.PNCounter { panic("oh") })
		if want := `ddata: node "a": update "hits" with local: the update panicked: oh`; fmt.Sprint(err) != want {
			t.Errorf("got %v, want %s", err, want)
		}
		l.mustAdd("a", 1, Majority)
	})
}

func TestSubscribe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.form("a", "b")
		var seen []int64
		cancel := Subscribe(l.at["b"], hits, func(c crdt.PNCounter) { seen = append(seen, c.Value()) })
		l.mustAdd("a", 1, All)
		l.mustAdd("b", 2, All)
		l.mustAdd("b", 0, All) // no change
		cancel()
		l.mustAdd("a", 4, All)
		if fmt.Sprint(seen) != "[1 3]" {
			t.Errorf("saw %v, want 1 and 3", seen)
		}
	})
}
