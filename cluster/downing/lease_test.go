package downing

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/cluster/internal/lab"
	"github.com/7aca83c2/multinode/cluster/lease"
	"github.com/7aca83c2/multinode/transport"
)

// TestLeaseMajorityDecides is about what the policy does with what it knows.
func TestLeaseMajorityDecides(t *testing.T) {
	p := LeaseMajority(after, nil, WithMinorityDelay(2*time.Second), WithLeaseTimeout(time.Second)).(leaseMajority)
	split := parse("a b c d e", "abc|de")
	pair := parse("a b c", "a-b")
	for _, test := range []struct {
		name   string
		w      world
		self   string
		stable time.Duration
		answer answer
		want   string
	}{
		{"too early", split, "a", after - 1, unknown, "[] false"},
		{"a majority asks at once", split, "a", after, unknown, "[] true"},
		{"but one node only", split, "b", after, unknown, "[] false"},
		{"a minority asks later", split, "d", after + 2*time.Second - 1, unknown, "[] false"},
		{"at last", split, "d", after + 2*time.Second, unknown, "[] true"},
		{"granted", split, "a", after, granted, "[d e] false"},
		{"granted to the minority", split, "d", after + 2*time.Second, granted, "[a b c] false"},
		{"denied", split, "d", after + 2*time.Second, denied, "[d e] false"},
		{"denied to the majority", split, "a", after, denied, "[a b c] false"},
		{"no answer", split, "a", after + time.Second, unknown, "[a b c] false"},
		{"no word from who asks", split, "b", after + time.Second, unknown, "[] false"},
		{"still none", split, "b", after + 2*time.Second, unknown, "[a b c] false"},
		{"a pair", pair, "a", 2 * after, unknown, "[] true"},
		{"a pair, too early", pair, "a", 2*after - 1, unknown, "[] false"},
		{"a pair, the one that goes", pair, "b", 2 * after, unknown, "[] false"},
		{"a pair, granted", pair, "a", 2 * after, granted, "[b] false"},
		{"a pair, denied", pair, "a", 2 * after, denied, "[a b c] false"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := cluster.Situation{View: test.w.view(transport.Address(test.self)), Stable: test.stable}
			down, ask := p.decide(s, test.answer)
			if got := fmt.Sprint(down, ask); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

// distant is a lease that takes its time to answer, and whose answers may get lost.
type distant struct {
	lease.Lease
	rand *atomic.Uint64
	seed uint64
	loss float64
}

func (d distant) Acquire(ctx context.Context, owner string) (bool, error) {
	r := rand.New(rand.NewPCG(d.seed, d.rand.Add(1)))
	if err := pause(ctx, time.Duration(r.IntN(100))*time.Millisecond); err != nil {
		return false, err
	}
	held, err := d.Lease.Acquire(ctx, owner)
	if lost := pause(ctx, time.Duration(r.IntN(100))*time.Millisecond); lost != nil || r.Float64() < d.loss {
		return false, errors.New("the answer got lost")
	}
	return held, err
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// TestLeaseMajorityNeverFails splits clusters of two to six in every way that there is,
// with a lease that is slow and loses every fifth answer.
func TestLeaseMajorityNeverFails(t *testing.T) {
	for seed := range lab.Seeds(600) {
		synctest.Test(t, func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 4))
			n := 2 + r.IntN(5)
			sides := randomSides(r, n)
			d := distant{lease.NewMemory().Lease("x", time.Minute), new(atomic.Uint64), seed, 0.2}
			l := newLab(t, seed, LeaseMajority(soon, d))
			l.start("abcdef"[:n])
			time.Sleep(time.Duration(r.IntN(100)) * time.Millisecond)
			l.split(sides[0], sides[1])
			time.Sleep(4 * time.Second)
			left := l.living()
			if left != sides[0] && left != sides[1] {
				t.Fatalf("seed %d: %q live, want one of %q", seed, left, sides)
			}
			l.await(left)
		})
	}
}

func TestAMinorityGetsTheLeaseWhenTheMajorityIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t, 1, LeaseMajority(soon, lease.NewMemory().Lease("x", time.Minute)))
		l.start("abcde")
		l.Crash(letters("abc")...)
		began := time.Now()
		l.await("de")
		if took, want := time.Since(began), patience+2*soon+2*beat; took > want || took < want-4*beat {
			t.Errorf("took %s, want about %s", took, want)
		}
	})
}

// mute is a lease that does not answer.
type mute struct{ asked, ended *atomic.Int64 }

func (m mute) Acquire(ctx context.Context, _ string) (bool, error) {
	m.asked.Add(1)
	defer m.ended.Add(1)
	<-ctx.Done()
	return false, context.Cause(ctx)
}

func (m mute) Release(context.Context, string) error { return nil }

func TestWithoutAnAnswerAllGoDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := mute{new(atomic.Int64), new(atomic.Int64)}
		l := newLab(t, 1, LeaseMajority(soon, m, WithLeaseTimeout(time.Second)))
		l.start("abcde")
		l.split("abc", "de")
		time.Sleep(patience + soon + time.Second - beat)
		if got := l.living(); got != "abcde" {
			t.Errorf("%q live before the timeout, want all", got)
		}
		time.Sleep(2*soon + time.Second)
		if got := l.living(); got != "" {
			t.Errorf("%q live, want nobody", got)
		}
		if asked, ended := m.asked.Load(), m.ended.Load(); asked != 2 || ended != 2 {
			t.Errorf("asked %d times, of which %d ended; want one for each side", asked, ended)
		}
	})
}

func TestAnInquiryEndsWithItsNode(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := mute{new(atomic.Int64), new(atomic.Int64)}
		l := newLab(t, 1, LeaseMajority(soon, m, WithLeaseTimeout(time.Hour)))
		l.start("abc")
		l.split("ab", "c")
		time.Sleep(patience + soon + 2*beat)
		if m.asked.Load() != 1 || m.ended.Load() != 0 {
			t.Fatalf("asked %d times, of which %d ended; want one under way", m.asked.Load(), m.ended.Load())
		}
		l.Crash("a")
		synctest.Wait()
		if m.ended.Load() != 1 {
			t.Error("the inquiry has outlived its node")
		}
	})
}
