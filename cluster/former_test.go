package cluster_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/cluster/internal/lab"
	"github.com/7aca83c2/multinode/transport"
)

// question is never answered.
type question struct{ ReplyTo actor.Ref[string] }

// TestAskOfFormerLife asks an actor of a life of b that is over: the members know that, a
// node that joins later as well, and whether or not b has another life.
func TestAskOfFormerLife(t *testing.T) {
	for _, again := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			l := lab.New(t, lab.Quick, cluster.WithDowning(cluster.AutoDown(400*time.Millisecond)))
			l.Start("a", "b")
			l.AwaitUp()
			x, err := actor.SpawnFunc(l.Nodes["b"].System(), "x", func(*actor.Context[question], question) error { return nil })
			if err != nil {
				t.Fatal(err)
			}
			wire, err := x.AppendWire(nil)
			if err != nil {
				t.Fatal(err)
			}
			refOn := func(a transport.Address) (ref actor.Ref[question]) {
				if err := ref.DecodeWire(wire, l.Nodes[a].System()); err != nil {
					t.Fatal(err)
				}
				return ref
			}
			underWay := make(chan error, 1)
			go func() { underWay <- askX(l, refOn("a")) }()
			time.Sleep(time.Second)
			l.Crash("b")
			if again { // c hears of its new life from a alone
				l.Cut("b", "c")
				l.Start("b")
				l.AwaitUp()
			} else {
				l.AwaitUp()
			}
			l.Start("c")
			l.Await(time.Minute, "the arrival of c", func(v cluster.View) bool { _, known := v.Member("c"); return known && len(v.Members) > 1 }, "a", "c")
			synctest.Wait()
			began := time.Now()
			for where, err := range map[string]error{"under way": <-underWay, "of a": askX(l, refOn("a")), "of c": askX(l, refOn("c"))} {
				if !errors.Is(err, actor.ErrNodeDown) || errors.Is(err, actor.ErrIncarnation) != again {
					t.Errorf("restarted %v: the ask %s: %v", again, where, err)
				}
			}
			if took := time.Since(began); took > 0 {
				t.Errorf("restarted %v: the asks took %s", again, took)
			}
		})
	}
}

func askX(l *lab.Lab, ref actor.Ref[question]) error {
	_, err := actor.Ask(l.Within(time.Minute), ref, func(back actor.Ref[string]) question { return question{back} })
	return err
}
