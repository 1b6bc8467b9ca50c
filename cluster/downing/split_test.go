package downing

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/cluster/lease"
	"github.com/7aca83c2/multinode/transport"
)

// everyPolicy returns the policies, and who they keep of ab|cde, where a is the oldest.
func everyPolicy() map[string]promisedSide {
	l := lease.NewMemory().Lease("x", time.Minute)
	return map[string]promisedSide{
		"majority": {KeepMajority(soon), "cde", "ab"},
		"oldest":   {KeepOldest(soon), "ab", "cde"},
		"referee":  {KeepReferee(soon, "b", 2), "ab", "cde"},
		"quorum":   {StaticQuorum(soon, 3), "cde", "ab"},
		"lease":    {LeaseMajority(soon, l), "cde", "ab"},
	}
}

type promisedSide struct {
	policy        cluster.Downing
	winner, loser string
}

func TestTheLosersEndForGoodAndMayComeBackAnew(t *testing.T) {
	for name, p := range everyPolicy() {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newLab(t, 1, p.policy)
				l.start("abcde")
				l.split("ab", "cde")
				began := time.Now()
				l.await(p.winner)
				if took := time.Since(began); took > patience+soon+2*beat {
					t.Errorf("took %s, want patience, stableAfter and two heartbeats at most", took)
				}
				time.Sleep(2*beat + soon) // the sides become stable at different times; a minority waits for its lease
				synctest.Wait()
				if got := l.living(); got != p.winner {
					t.Fatalf("%q live, want %q", got, p.winner)
				}
				for _, role := range p.loser {
					if err := l.Nodes[transport.Address(role)].Err(); !errors.Is(err, cluster.ErrDowned) {
						t.Errorf("%c ended with %v, want ErrDowned", role, err)
					}
				}

				l.heal("ab", "cde")
				for _, role := range p.winner {
					actor.Subscribe(l.Nodes[transport.Address(role)].System(), func(e cluster.ViewChanged) { t.Errorf("%c: %s", role, e.View) })
				}
				time.Sleep(10 * time.Second)
			})
		})
	}
}

func TestALoserThatIsStartedAnewJoins(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t, 1, KeepMajority(soon))
		l.start("abc")
		l.split("a", "bc")
		l.await("bc")
		<-l.Nodes["a"].Done()
		l.heal("a", "bc")
		l.Crash("a") // the system still ran
		l.Start("a")
		l.await("abc")
	})
}

func TestWhoIsMerelySlowStays(t *testing.T) {
	for name, p := range everyPolicy() {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newLab(t, 1, p.policy)
				l.start("abcde")
				for range 3 {
					l.split("ab", "cde")
					time.Sleep(patience + soon - 2*beat)
					l.heal("ab", "cde")
					l.await("abcde")
				}
			})
		})
	}
}

func TestAnIndirectCutCostsOne(t *testing.T) {
	for name, p := range everyPolicy() {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newLab(t, 1, p.policy)
				l.start("abcde")
				l.split("a", "c")
				l.await("abde")
				<-l.Nodes["c"].Done()
				time.Sleep(time.Second)
				if got := l.living(); got != "abde" {
					t.Errorf("%q live, want abde", got)
				}
			})
		})
	}
}
