package cluster

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/transport"
)

// quick is a detector for tests that wait for it.
var quick = WithDetector(Deadline(50*time.Millisecond, 200*time.Millisecond))

func TestCrashedMemberIsDroppedForGood(t *testing.T) {
	for _, victim := range []transport.Address{"a", "b", "c"} {
		for range 8 {
			synctest.Test(t, func(t *testing.T) {
				l := newLab(t, quick, WithDowning(AutoDown(400*time.Millisecond)))
				l.start("a", "b", "c")
				l.await(time.Minute, "formation", allUp("a", "b", "c"))
				time.Sleep(time.Duration(rand.IntN(200)) * time.Millisecond) //nolint:forbidigo // any moment will do
				l.crash(victim)
				began := time.Now()
				left := slices.DeleteFunc([]transport.Address{"a", "b", "c"}, func(a transport.Address) bool { return a == victim })
				l.await(time.Minute, "removal", allUp(left...))
				if took := time.Since(began); took > 700*time.Millisecond {
					t.Errorf("removal took %s, want at most 200 ms + 400 ms and a heartbeat or two", took)
				}
				synctest.Wait() // for the last events
				for _, a := range left {
					actor.Subscribe(l.nodes[a].sys, func(e ViewChanged) { t.Errorf("%s: view changed again: %s", a, e.View) })
				}
				time.Sleep(10 * time.Second)
			})
		}
	}
}

func TestLeave(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		all := []transport.Address{"a", "b", "c"}
		l.start(all...)
		l.await(time.Minute, "formation", allUp(all...))
		began := time.Now()
		for len(all) > 0 { // the leader first, and also the last
			leaver := l.nodes[all[0]]
			delete(l.nodes, all[0])
			all = all[1:]
			if err := leaver.Leave(minute(t)); err != nil {
				t.Fatal(err)
			}
			if err := leaver.Err(); err != nil {
				t.Errorf("Err is %v after leaving, want nil", err)
			}
			if len(all) > 0 {
				l.await(time.Minute, "removal", allUp(all...))
			}
			leaver.sys.Kill()
		}
		if took := time.Since(began); took > 0 {
			t.Errorf("took %s of waiting, want none", took)
		}
	})
}

// minute is long enough for anything, and short enough to end on a bubble's clock.
func minute(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// TestLeaveAcrossCut has a node removed by one that cannot tell it.
func TestLeaveAcrossCut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t, WithDetector(Deadline(time.Second, time.Hour)))
		l.start("a", "b", "c")
		l.await(time.Minute, "formation", allUp("a", "b", "c"))
		l.cut("a", "b")
		left := make(chan error, 1)
		go func() { left <- l.nodes["a"].Leave(minute(t)) }()
		l.await(time.Minute, "removal", allUp("b", "c"), "b", "c")
		l.heal("a", "b")
		healed := time.Now()
		if err := <-left; err != nil {
			t.Fatal(err)
		}
		if took := time.Since(healed); took > time.Second {
			t.Errorf("a learned of it %s after the cut, want a second at most", took)
		}
		time.Sleep(time.Minute)
		l.await(time.Minute, "a stays away", allUp("b", "c"), "b", "c")
	})
}

func TestAllLeaveAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.start("a", "b", "c", "d")
		l.await(time.Minute, "formation", allUp("a", "b", "c", "d"))
		errs := make(chan error)
		for _, n := range l.nodes {
			go func() { errs <- n.Leave(minute(t)) }()
		}
		for range l.nodes {
			if err := <-errs; err != nil {
				t.Error(err)
			}
		}
	})
}

func TestLeaveGivesUpWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.start("a", "b")
		l.await(time.Minute, "formation", allUp("a", "b"))
		l.cut("a", "b")
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		err := l.nodes["b"].Leave(ctx)
		if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), `node "b": leave`) {
			t.Errorf("got %v, want the deadline and who waited", err)
		}
	})
}

// TestRestart replaces a node before anyone has noticed that it is gone, and after; the
// first seed, which has nobody to ask, as well as another one.
func TestRestart(t *testing.T) {
	for _, victim := range []transport.Address{"a", "b"} {
		for _, gone := range []time.Duration{0, 300 * time.Millisecond, 5 * time.Second} {
			for _, downing := range []Downing{NoDowning(), AutoDown(time.Second)} {
				synctest.Test(t, func(t *testing.T) {
					l := newLab(t, quick, WithDowning(downing))
					l.start("a", "b", "c")
					l.await(time.Minute, "formation", allUp("a", "b", "c"))
					before, _ := l.nodes["c"].View().Member(victim)
					var removed []Member
					actor.Subscribe(l.nodes["c"].sys, func(e MemberRemoved) { removed = append(removed, e.Member) })
					l.crash(victim)
					time.Sleep(gone)
					l.start(victim)
					began := time.Now()
					l.await(time.Minute, "return", func(v View) bool {
						m, ok := v.Member(victim)
						return ok && m.Incarnation > before.Incarnation && allUp("a", "b", "c")(v)
					})
					if took := time.Since(began); took > 200*time.Millisecond {
						t.Errorf("%s after %s: return took %s", victim, gone, took)
					}
					synctest.Wait()
					if len(removed) != 1 || removed[0].Incarnation != before.Incarnation {
						t.Errorf("%s after %s: removed %v, want the old %s once", victim, gone, removed, before)
					}
				})
			}
		}
	}
}

func TestDownedNodeEndsOnceItLearns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// c itself gives nobody up, and the others give it up while it is cut off.
		l := newLab(t, quick, WithDowning(AutoDown(400*time.Millisecond)))
		l.start("a", "b")
		l.options = append(l.options, WithDowning(NoDowning()))
		l.start("c")
		l.await(time.Minute, "formation", allUp("a", "b", "c"))
		l.cut("a", "c")
		l.cut("b", "c")
		l.await(time.Minute, "removal", allUp("a", "b"), "a", "b")
		l.heal("a", "c")
		l.heal("b", "c")
		select {
		case <-l.nodes["c"].Done():
		case <-time.After(time.Minute):
			t.Fatalf("c goes on: %s", l.nodes["c"].View())
		}
		if err := l.nodes["c"].Err(); !errors.Is(err, ErrDowned) {
			t.Errorf("got %v, want ErrDowned", err)
		}
	})
}

func TestStopEndsTheMembership(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.start("a")
		n := l.nodes["a"]
		if err := n.sys.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
		stopped(t, n)
	})
}

func TestKillEndsTheMembership(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.start("a")
		n := l.nodes["a"]
		l.await(time.Minute, "formation", allUp("a"))
		n.sys.Kill()
		stopped(t, n)
	})
}

func stopped(t *testing.T, n *labNode) {
	t.Helper()
	<-n.Done()
	if err := n.Err(); !errors.Is(err, ErrStopped) {
		t.Errorf("got %v, want ErrStopped", err)
	}
	if err := n.Leave(t.Context()); !errors.Is(err, ErrStopped) {
		t.Errorf("leave: got %v, want ErrStopped", err)
	}
	if err := n.Watch(t.Context(), func(View) bool { return false }); !errors.Is(err, ErrStopped) {
		t.Errorf("watch: got %v, want ErrStopped", err)
	}
}

func TestStartRefuses(t *testing.T) {
	l := newLab(t)
	l.start("a")
	if _, err := Start(l.nodes["a"].sys); !errors.Is(err, ErrStarted) {
		t.Errorf("second start: got %v, want ErrStarted", err)
	}
	_, err := Start(l.nodes["a"].sys, WithDetector(Deadline(time.Second, time.Second)))
	want := `cluster: start "a": WithDetector: unreachable after 1s is less than two intervals of 1s: bad option`
	if !errors.Is(err, ErrOption) || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
}

func TestWatchSaysWhatItSawLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.start("a")
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		err := l.nodes["a"].Watch(ctx, allUp("a", "b"))
		want := `cluster: node "a": watch: context deadline exceeded; last view: a sees a up; leader a; converged`
		if err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	})
}
