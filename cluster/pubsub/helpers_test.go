package pubsub_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/cluster/internal/lab"
	"github.com/7aca83c2/multinode/cluster/pubsub"
	"github.com/7aca83c2/multinode/transport"
)

// world is a lab whose nodes run pubsub.
type world struct {
	*lab.Lab
	at map[transport.Address]*pubsub.PubSub
}

// formed is a world whose nodes have met.
func formed(t testing.TB, addresses ...transport.Address) *world {
	w := &world{lab.New(t, lab.Quick, cluster.WithDowning(cluster.AutoDown(time.Minute))), map[transport.Address]*pubsub.PubSub{}}
	w.OnStart = func(a transport.Address, m *cluster.Membership) {
		var err error
		w.at[a], err = pubsub.Start(m)
		w.Must(err)
	}
	w.Start(addresses...)
	w.AwaitUp()
	return w
}

func topic[M any](w *world, a transport.Address, name string, options ...pubsub.TopicOption) *pubsub.Topic[M] {
	w.Helper()
	t, err := pubsub.TopicOf[M](w.at[a], name, options...)
	w.Must(err)
	return t
}

// inbox is a subscriber that keeps what it gets.
type inbox struct {
	ref actor.Ref[string]

	mu  sync.Mutex
	got []string
}

func (w *world) inbox(a transport.Address) *inbox {
	w.Helper()
	in := &inbox{}
	var err error
	in.ref, err = actor.SpawnFunc(w.Nodes[a].System(), "", func(_ *actor.Context[string], m string) error {
		in.mu.Lock()
		defer in.mu.Unlock()
		in.got = append(in.got, m)
		return nil
	})
	w.Must(err)
	return in
}

// subscribe subscribes a new inbox of the node, to a group unless that is "".
func (w *world) subscribe(a transport.Address, name, group string) (*inbox, func()) {
	w.Helper()
	in := w.inbox(a)
	t := topic[string](w, a, name)
	var cancel func()
	var err error
	if group == "" {
		cancel, err = t.Subscribe(in.ref)
	} else {
		cancel, err = t.SubscribeGroup(group, in.ref)
	}
	w.Must(err)
	return in, cancel
}

// take returns what has come since the last time, when nothing moves any more.
func (in *inbox) take() string {
	synctest.Wait()
	in.mu.Lock()
	defer in.mu.Unlock()
	got := strings.Join(in.got, " ")
	in.got = nil
	return got
}

// awaitSubscribers waits until every node knows so many.
func (w *world) awaitSubscribers(name string, n int) {
	w.Helper()
	w.Until(time.Minute, fmt.Sprintf("%d subscribers of %q", n, name), func() bool {
		return !slices.ContainsFunc(w.Addresses(), func(a transport.Address) bool {
			return len(w.at[a].Subscribers(name)) != n
		})
	})
}

func publish(w *world, t *pubsub.Topic[string], messages ...string) {
	w.Helper()
	for _, m := range messages {
		w.Must(t.Publish(m))
	}
}

func expect(t testing.TB, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %q, want %q", what, got, want)
	}
}
