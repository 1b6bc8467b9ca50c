package cluster_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/cluster/internal/lab"
	"github.com/7aca83c2/multinode/transport"
)

// recorder is a Downing that downs nobody and remembers what it was asked.
type recorder struct {
	mu    sync.Mutex
	asked []cluster.Situation
	stall time.Duration // of the next Decide
	nodes []context.Context
}

func (r *recorder) Decide(s cluster.Situation) []transport.Address {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked = append(r.asked, s)
	time.Sleep(r.stall)
	r.stall = 0
	return nil
}

func (r *recorder) OnNode(ctx context.Context, self cluster.Member) cluster.Downing {
	r.nodes = append(r.nodes, ctx)
	if self.Address == "c" {
		return r
	}
	return cluster.NoDowning()
}

func (r *recorder) last() cluster.Situation {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.asked[len(r.asked)-1]
}

// TestSituation looks through the eyes of c, which hears all the others.
func TestSituation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &recorder{}
		l := lab.New(t, lab.Quick, cluster.WithDowning(r))
		l.Start("a", "b", "c", "d")
		l.AwaitUp()
		about := func(what string, got, want time.Duration) {
			t.Helper()
			if got < want-100*time.Millisecond || got > want+100*time.Millisecond {
				t.Errorf("%s for %s, want about %s", what, got, want)
			}
		}

		l.Cut("a", "b") // noticed after 200 ms
		time.Sleep(1200 * time.Millisecond)
		about("stable", r.last().Stable, time.Second)
		about("impaired", r.last().Impaired, time.Second)

		if err := l.Switch.Cut(t.Context(), transport.Link{From: "b", To: "d"}); err != nil {
			t.Fatal(err)
		} // b is unreachable by one more, and nobody else is
		time.Sleep(700 * time.Millisecond)
		about("stable after another cut", r.last().Stable, 500*time.Millisecond)
		about("impaired", r.last().Impaired, 1700*time.Millisecond)

		l.Heal("a", "b")
		time.Sleep(500 * time.Millisecond)
		about("stable after one has healed", r.last().Stable, 500*time.Millisecond)
		about("impaired", r.last().Impaired, 2200*time.Millisecond)

		l.Heal("d", "b")
		time.Sleep(time.Second)
		l.Cut("a", "b")
		time.Sleep(700 * time.Millisecond)
		about("impaired after all was well", r.last().Impaired, 500*time.Millisecond)
	})
}

// TestSituationOfANodeThatStands has c not run for a minute.
func TestSituationOfANodeThatStands(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &recorder{}
		l := lab.New(t, lab.Quick, cluster.WithDowning(r))
		l.Start("a", "b", "c")
		l.AwaitUp()
		l.Cut("a", "b")
		time.Sleep(700 * time.Millisecond)
		r.mu.Lock()
		r.stall = time.Minute
		r.mu.Unlock()
		time.Sleep(time.Minute + 100*time.Millisecond)
		if s := r.last(); s.Stable > time.Second || s.Impaired > time.Second {
			t.Errorf("stable for %s, impaired for %s, want half a second and a little more", s.Stable, s.Impaired)
		}
	})
}

func TestADowningOfANodeEndsWithIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &recorder{}
		l := lab.New(t, cluster.WithDowning(r))
		l.Start("a", "b", "c")
		l.AwaitUp()
		for i, ctx := range r.nodes {
			if ctx.Err() != nil {
				t.Errorf("the context of node %d has ended too early", i)
			}
		}
		if _, err := cluster.Start(l.Nodes["a"].System(), cluster.WithDowning(r)); err == nil || r.nodes[3].Err() == nil {
			t.Errorf("a start that fails (%v) leaves a context behind", err)
		}
		if err := l.Nodes["a"].Leave(l.Within(time.Minute)); err != nil {
			t.Error(err)
		}
		if err := l.Nodes["b"].System().Stop(l.Within(time.Minute)); err != nil {
			t.Error(err)
		}
		l.Nodes["c"].System().Kill()
		synctest.Wait()
		for i, ctx := range r.nodes {
			if ctx.Err() == nil {
				t.Errorf("the context of node %d has not ended", i)
			}
		}
	})
}
