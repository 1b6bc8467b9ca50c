package sharding_test

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster/sharding"
	"github.com/7aca83c2/multinode/transport"
)

// stalled is a keeper that handles nothing on b before goOn is closed.
type stalled struct {
	*keeper
	goOn <-chan struct{}
}

func (k *stalled) Receive(ctx *actor.Context[note], n note) error {
	if k.node == "b" {
		<-k.goOn
	}
	return k.keeper.Receive(ctx, n)
}

// TestRemovedHomeHandlesLate has an ask wait at its home b while that is removed from the
// cluster, and has not learned of it. The next home has handled and answered the ask when b
// gets to what it has: b handles it too, but its answer comes to nobody.
func TestRemovedHomeHandlesLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, goOn, at := newLab(t), make(chan struct{}), pin()
		l.wrap = func(k *keeper) actor.Actor[note] { return &stalled{k, goOn} }
		at.to("b")
		for _, a := range []transport.Address{"b", "a", "c", "d"} {
			l.start(a, sharding.WithAllocation(at))
		}
		time.Sleep(time.Second)
		var answers []string
		desk, err := actor.SpawnFunc(l.Nodes["d"].System(), "answers", func(_ *actor.Context[string], answer string) error {
			answers = append(answers, answer)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			_, _ = sharding.Ask(l.Within(time.Minute), l.regions["d"], "e", func(actor.Ref[string]) note {
				return note{From: "d", N: 1, ReplyTo: desk}
			})
		}()
		time.Sleep(100 * time.Millisecond)

		others := []transport.Address{"a", "c", "d"}
		l.Cut("b", others...)
		at.to("c")
		time.Sleep(3 * time.Second)
		if got := fmt.Sprint(answers); got != "[e@c]" {
			t.Fatalf("answers %s, want that of c", got)
		}
		l.Heal("b", others...)
		close(goOn)
		time.Sleep(3 * time.Second)
		if got := fmt.Sprint(answers); got != "[e@c]" {
			t.Errorf("answers %s, want none behind that of c", got)
		}
		if got := l.history("e"); !slices.Equal(got, []string{"d:1", "d:1"}) {
			t.Errorf("handled %q, want the ask by c and by b", got)
		}
		l.mu.Lock()
		defer l.mu.Unlock()
		l.twice = nil // b lived on as it knew of nothing
	})
}
