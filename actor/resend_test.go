package actor_test

import (
	"sync"
	"testing"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/chanpair"
)

// TestAFrameMayBeDueAgainWhileItIsBeingSent is for the race detector: to send is to write
// into a frame.
func TestAFrameMayBeDueAgainWhileItIsBeingSent(t *testing.T) {
	sw := transport.NewSwitch()
	b, err := sw.Attach("b", nil) // it reads nothing, and acknowledges nothing
	if err != nil {
		t.Fatal(err)
	}
	a := newSystem(t, actor.WithNetwork(chanpair.New(sw), "a"))
	watched := make(chan struct{})
	w, err := actor.SpawnFunc(a, "w", func(ctx *actor.Context[string], _ string) error {
		ctx.Watch(actor.RefAt[string](a, "b", "/x"))
		close(watched)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	w.Tell("watch")
	<-watched
	before := sw.Stats()[0].Passed
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 100 {
				a.Resend()
			}
		})
	}
	wg.Wait()
	if err := b.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if again := sw.Stats()[0].Passed - before; again < 400 {
		t.Errorf("only %d were sent again", again)
	}
}
