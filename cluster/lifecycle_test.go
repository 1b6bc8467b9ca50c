package cluster_test

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
	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/cluster/internal/lab"
	"github.com/7aca83c2/multinode/transport"
)

func TestCrashedMemberIsDroppedForGood(t *testing.T) {
	for _, victim := range []transport.Address{"a", "b", "c"} {
		for range 8 {
			synctest.Test(t, func(t *testing.T) {
				l := lab.New(t, lab.Quick, cluster.WithDowning(cluster.AutoDown(400*time.Millisecond)))
				l.Start("a", "b", "c")
				l.AwaitUp()
				time.Sleep(time.Duration(rand.IntN(200)) * time.Millisecond) //nolint:forbidigo // any moment will do
				l.Crash(victim)
				began := time.Now()
				left := slices.DeleteFunc([]transport.Address{"a", "b", "c"}, func(a transport.Address) bool { return a == victim })
				l.AwaitUp()
				if took := time.Since(began); took > 700*time.Millisecond {
					t.Errorf("removal took %s, want at most 200 ms + 400 ms and a heartbeat or two", took)
				}
				synctest.Wait() // for the last events
				for _, a := range left {
					actor.Subscribe(l.Nodes[a].System(), func(e cluster.ViewChanged) { t.Errorf("%s: view changed again: %s", a, e.View) })
				}
				time.Sleep(10 * time.Second)
			})
		}
	}
}

func TestLeave(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := lab.New(t)
		all := []transport.Address{"a", "b", "c"}
		l.Start(all...)
		l.AwaitUp()
		began := time.Now()
		for len(all) > 0 { // the leader first, and also the last
			leaver := l.Nodes[all[0]]
			delete(l.Nodes, all[0])
			all = all[1:]
			if err := leaver.Leave(l.Within(time.Minute)); err != nil {
				t.Fatal(err)
			}
			if err := leaver.Err(); err != nil {
				t.Errorf("Err is %v after leaving, want nil", err)
			}
			if len(all) > 0 {
				l.AwaitUp()
			}
			leaver.System().Kill()
		}
		if took := time.Since(began); took > 0 {
			t.Errorf("took %s of waiting, want none", took)
		}
	})
}

// TestLeaveAcrossCut has a node removed by one that cannot tell it.
func TestLeaveAcrossCut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := lab.New(t, cluster.WithDetector(cluster.Deadline(time.Second, time.Hour)))
		l.Start("a", "b", "c")
		l.AwaitUp()
		l.Cut("a", "b")
		left := make(chan error, 1)
		go func() { left <- l.Nodes["a"].Leave(l.Within(time.Minute)) }()
		l.AwaitUp("b", "c")
		l.Heal("a", "b")
		healed := time.Now()
		if err := <-left; err != nil {
			t.Fatal(err)
		}
		if took := time.Since(healed); took > time.Second {
			t.Errorf("a learned of it %s after the cut, want a second at most", took)
		}
		time.Sleep(time.Minute)
		l.AwaitUp("b", "c")
	})
}

func TestAllLeaveAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := lab.New(t)
		l.Start("a", "b", "c", "d")
		l.AwaitUp()
		errs := make(chan error)
		for _, n := range l.Nodes {
			go func() { errs <- n.Leave(l.Within(time.Minute)) }()
		}
		for range l.Nodes {
			if err := <-errs; err != nil {
				t.Error(err)
			}
		}
	})
}

func TestLeaveGivesUpWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := lab.New(t)
		l.Start("a", "b")
		l.AwaitUp()
		l.Cut("a", "b")
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		err := l.Nodes["b"].Leave(ctx)
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
			for _, downing := range []cluster.Downing{cluster.NoDowning(), cluster.AutoDown(time.Second)} {
				synctest.Test(t, func(t *testing.T) {
					l := lab.New(t, lab.Quick, cluster.WithDowning(downing))
					l.Start("a", "b", "c")
					l.AwaitUp()
					before, _ := l.Nodes["c"].View().Member(victim)
					var removed []cluster.Member
					actor.Subscribe(l.Nodes["c"].System(), func(e cluster.MemberRemoved) { removed = append(removed, e.Member) })
					l.Crash(victim)
					time.Sleep(gone)
					l.Start(victim)
					began := time.Now()
					l.Await(time.Minute, "return", func(v cluster.View) bool {
						m, ok := v.Member(victim)
						return ok && m.Incarnation > before.Incarnation && lab.Up("a", "b", "c")(v)
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
		l := lab.New(t, lab.Quick, cluster.WithDowning(cluster.AutoDown(400*time.Millisecond)))
		l.Start("a", "b")
		l.Options = append(l.Options, cluster.WithDowning(cluster.NoDowning()))
		l.Start("c")
		l.AwaitUp()
		l.Cut("c", "a", "b")
		l.AwaitUp("a", "b")
		l.Heal("c", "a", "b")
		select {
		case <-l.Nodes["c"].Done():
		case <-time.After(time.Minute):
			t.Fatalf("c goes on: %s", l.Nodes["c"].View())
		}
		if err := l.Nodes["c"].Err(); !errors.Is(err, cluster.ErrDowned) {
			t.Errorf("got %v, want ErrDowned", err)
		}
	})
}

func TestStopEndsTheMembership(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := lab.New(t)
		l.Start("a")
		n := l.Nodes["a"]
		if err := n.System().Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
		stopped(t, n)
	})
}

func TestKillEndsTheMembership(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := lab.New(t)
		l.Start("a")
		n := l.Nodes["a"]
		l.AwaitUp()
		n.System().Kill()
		stopped(t, n)
	})
}

func stopped(t *testing.T, n *cluster.Membership) {
	t.Helper()
	<-n.Done()
	if err := n.Err(); !errors.Is(err, cluster.ErrStopped) {
		t.Errorf("got %v, want ErrStopped", err)
	}
	if err := n.Leave(t.Context()); !errors.Is(err, cluster.ErrStopped) {
		t.Errorf("leave: got %v, want ErrStopped", err)
	}
	if err := n.Watch(t.Context(), func(cluster.View) bool { return false }); !errors.Is(err, cluster.ErrStopped) {
		t.Errorf("watch: got %v, want ErrStopped", err)
	}
}

func TestStartRefuses(t *testing.T) {
	l := lab.New(t)
	l.Start("a")
	if _, err := cluster.Start(l.Nodes["a"].System()); !errors.Is(err, cluster.ErrStarted) {
		t.Errorf("second start: got %v, want ErrStarted", err)
	}
	_, err := cluster.Start(l.Nodes["a"].System(), cluster.WithDetector(cluster.Deadline(time.Second, time.Second)))
	want := `cluster: start "a": WithDetector: unreachable after 1s is less than two intervals of 1s: bad option`
	if !errors.Is(err, cluster.ErrOption) || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
}

func TestWatchSaysWhatItSawLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := lab.New(t)
		l.Start("a")
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		err := l.Nodes["a"].Watch(ctx, lab.Up("a", "b"))
		want := `cluster: node "a": watch: context deadline exceeded; last view: a sees a up; leader a; converged`
		if err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	})
}
