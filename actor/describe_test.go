package actor_test

import (
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/chanpair"
)

type purchase struct{ Number int }

func TestFramesAreDescribed(t *testing.T) {
	actor.DescribeMessages[purchase](func(encoding []byte) string { return "order " + string('0'+rune(encoding[0]/2)) })
	var mu sync.Mutex
	seen := map[string]bool{}
	sw := transport.NewSwitch(transport.WithTrace(func(f transport.Frame, _ transport.Verdict) {
		mu.Lock()
		defer mu.Unlock()
		seen[actor.Describe(f.Payload[:min(len(f.Payload), 100)])] = true
	}))
	network := chanpair.New(sw)
	a, b := newSystem(t, actor.WithNetwork(network, "a")), newSystem(t, actor.WithNetwork(network, "b"))
	served := make(chan purchase, 1)
	spawnAs(t, b, "shop", func(_ *actor.Context[purchase], o purchase) error { served <- o; return nil })
	spawnAs(t, b, "name", func(_ *actor.Context[string], _ string) error { served <- purchase{}; return nil })
	actor.RefAt[purchase](a, "b", "/shop").Tell(purchase{4})
	actor.RefAt[string](a, "b", "/name/below/it").Tell("x") // nobody is there
	actor.RefAt[string](a, "b", "/name").Tell("x")
	for range 2 {
		select {
		case <-served:
		case <-time.After(10 * time.Second):
			t.Fatal("nothing came")
		}
	}
	mu.Lock()
	defer mu.Unlock()
	for _, want := range []string{"/shop order 4", "/name string", "/name/... string"} {
		if !seen[want] {
			t.Errorf("no %q among %q", want, slices.Sorted(maps.Keys(seen)))
		}
	}
	for _, none := range [][]byte{nil, make([]byte, 20), make([]byte, 100)} {
		if got := actor.Describe(none); got != "" {
			t.Errorf("%d bytes are %q", len(none), got)
		}
	}
}
