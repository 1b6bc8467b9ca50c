package cluster

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/transport"
)

// question is never answered.
type question struct{ ReplyTo actor.Ref[string] }

// TestAskOfFormerLife asks an actor of a life of b that is over: the members know that, a
// node that joins later as well, and whether or not b has another life.
func TestAskOfFormerLife(t *testing.T) {
	for _, again := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			l := newLab(t, quick, WithDowning(AutoDown(400*time.Millisecond)))
			l.start("a", "b")
			l.await(time.Minute, "formation", allUp("a", "b"))
			x, err := actor.SpawnFunc(l.nodes["b"].sys, "x", func(*actor.Context[question], question) error { return nil })
			if err != nil {
				t.Fatal(err)
			}
			wire, err := x.AppendWire(nil)
			if err != nil {
				t.Fatal(err)
			}
			refOn := func(a transport.Address) (ref actor.Ref[question]) {
				if err := ref.DecodeWire(wire, l.nodes[a].sys); err != nil {
					t.Fatal(err)
				}
				return ref
			}
			underWay := make(chan error, 1)
			go func() { underWay <- askX(t, refOn("a")) }()
			time.Sleep(time.Second)
			l.crash("b")
			if again { // c hears of its new life from a alone
				l.cut("b", "c")
				l.start("b")
				l.await(time.Minute, "the return of b", allUp("a", "b"))
			} else {
				l.await(time.Minute, "the end of b", allUp("a"))
			}
			l.start("c")
			l.await(time.Minute, "the arrival of c", func(v View) bool { _, known := v.Member("c"); return known && len(v.Members) > 1 }, "a", "c")
			synctest.Wait()
			began := time.Now()
			for where, err := range map[string]error{"under way": <-underWay, "of a": askX(t, refOn("a")), "of c": askX(t, refOn("c"))} {
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

func askX(t *testing.T, ref actor.Ref[question]) error {
	_, err := actor.Ask(minute(t), ref, func(back actor.Ref[string]) question { return question{back} })
	return err
}
