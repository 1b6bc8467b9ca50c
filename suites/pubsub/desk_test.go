package pubsub_test

import (
	"context"
	"fmt"
	"sync"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster/pubsub"
	. "github.com/7aca83c2/multinode/mnginkgo"
)

// note is what the specs publish.
type note struct {
	From string
	N    int
	Any  any
}

// desk is a node's topics and subscribers. Each system has its own.
type desk struct {
	mu      sync.Mutex
	ps      *pubsub.PubSub
	readers map[string]*reader
}

// reader is a subscriber.
type reader struct {
	ref    actor.Ref[note]
	cancel func()
	got    []note
}

func deskOf(node *Node) *desk {
	return actor.Extension(node.System(), func() *desk { return &desk{readers: map[string]*reader{}} })
}

// openDesk starts pubsub on a node.
func openDesk(_ context.Context, node *Node) {
	ps, err := pubsub.Start(node.Membership())
	Expect(err).NotTo(HaveOccurred())
	deskOf(node).ps = ps
}

// subscription says who subscribes to what.
type subscription struct{ Reader, Topic, Group string }

var subscribe = Command(func(_ context.Context, node *Node, s subscription) (struct{}, error) {
	d := deskOf(node)
	d.mu.Lock()
	defer d.mu.Unlock()
	topic, err := pubsub.TopicOf[note](d.ps, s.Topic)
	if err != nil {
		return struct{}{}, err
	}
	r := &reader{}
	r.ref, err = actor.SpawnFunc(node.System(), s.Reader, func(_ *actor.Context[note], n note) error {
		d.mu.Lock()
		defer d.mu.Unlock()
		r.got = append(r.got, n)
		return nil
	})
	if err != nil {
		return struct{}{}, err
	}
	d.readers[s.Reader] = r
	if s.Group == "" {
		r.cancel, err = topic.Subscribe(r.ref)
	} else {
		r.cancel, err = topic.SubscribeGroup(s.Group, r.ref)
	}
	return struct{}{}, err
})

var cancel = Command(func(_ context.Context, node *Node, reader string) (struct{}, error) {
	d := deskOf(node)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.readers[reader].cancel()
	return struct{}{}, nil
})

var end = Command(func(ctx context.Context, node *Node, reader string) (struct{}, error) {
	d := deskOf(node)
	d.mu.Lock()
	ref := d.readers[reader].ref
	d.mu.Unlock()
	return struct{}{}, node.System().StopActor(ctx, ref)
})

// received returns what a reader has got so far.
var received = Command(func(_ context.Context, node *Node, reader string) ([]note, error) {
	d := deskOf(node)
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]note{}, d.readers[reader].got...), nil
})

// reachable returns how many of a topic's subscribers a node can reach.
var reachable = Command(func(_ context.Context, node *Node, topic string) (int, error) {
	n := 0
	for _, s := range deskOf(node).ps.Subscribers(topic) {
		if s.Reachable {
			n++
		}
	}
	return n, nil
})

// edition says what a node publishes: notes with the numbers from First to Last.
type edition struct {
	Topic, Group string // Group: only to one of it
	Local        bool
	First, Last  int
	Any          any
}

var publish = Command(func(_ context.Context, node *Node, e edition) (struct{}, error) {
	topic, err := pubsub.TopicOf[note](deskOf(node).ps, e.Topic)
	for n := e.First; n <= e.Last && err == nil; n++ {
		m := note{node.Role(), n, e.Any}
		switch {
		case e.Local:
			err = topic.PublishLocal(m)
		case e.Group != "":
			err = topic.Send(e.Group, m)
		default:
			err = topic.Publish(m)
		}
	}
	return struct{}{}, err
})

// mustSubscribe has a new actor of a role subscribe.
func mustSubscribe(ctx SpecContext, c *Cluster, role string, s subscription) {
	GinkgoHelper()
	_, err := subscribe.On(ctx, c.Node(role), s)
	Expect(err).NotTo(HaveOccurred())
}

// mustPublish has a role publish.
func mustPublish(ctx SpecContext, c *Cluster, role string, e edition) {
	GinkgoHelper()
	_, err := publish.On(ctx, c.Node(role), e)
	Expect(err).NotTo(HaveOccurred())
}

// numbers returns what a reader got from one publisher, in order.
func numbers(ctx SpecContext, c *Cluster, role, reader, from string) func(Gomega) []int {
	return func(g Gomega) []int {
		all, err := received.On(ctx, c.Node(role), reader)
		g.Expect(err).NotTo(HaveOccurred())
		got := []int{}
		for _, n := range all {
			if n.From == from {
				got = append(got, n.N)
			}
		}
		return got
	}
}

// span returns the numbers from first to last.
func span(first, last int) []int {
	var all []int
	for n := first; n <= last; n++ {
		all = append(all, n)
	}
	return all
}

// witnessed waits until what one role has sent so far has left it: something that it
// publishes later has reached another one.
func witnessed(ctx SpecContext, c *Cluster, publisher, witness string) {
	GinkgoHelper()
	topic := fmt.Sprintf("from %s to %s", publisher, witness)
	mustSubscribe(ctx, c, witness, subscription{"witness", topic, ""})
	Eventually(ctx, c.Node(publisher)).Should(HaveSubscribers(topic, witness))
	mustPublish(ctx, c, publisher, edition{Topic: topic, First: 1, Last: 1})
	Eventually(ctx, numbers(ctx, c, witness, "witness", publisher)).Should(Equal([]int{1}))
}

type unregistered struct{}

var publishUnregistered = Command(func(_ context.Context, node *Node, name string) (struct{}, error) {
	topic, err := pubsub.TopicOf[note](deskOf(node).ps, name)
	if err != nil {
		return struct{}{}, err
	}
	return struct{}{}, topic.Publish(note{Any: unregistered{}})
})
