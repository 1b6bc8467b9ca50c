package pubsub

import (
	"errors"
	"fmt"
	"sync"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/cluster/internal/registry"
)

// service is the name under which the nodes find each other's part.
const service = "pubsub"

// PubSub is a node's part of publishing and subscribing. Make one with Start. Its methods
// may be called from several goroutines.
type PubSub struct {
	sys      *actor.System
	self     registry.Node
	registry *registry.Registry

	mu     sync.Mutex
	topics map[string]opened
}

// opened is a topic that TopicOf was called for.
type opened interface {
	typeName() string
	stats() Stats
}

// extension keeps the PubSub of a system.
type extension struct {
	mu sync.Mutex
	ps *PubSub
}

func extensionOf(sys *actor.System) *extension {
	return actor.Extension(sys, func() *extension { return &extension{} })
}

// Start has the node of m take part. It ends with the node's actor system. Start returns
// ErrStarted if the node does so already; Of finds it then.
func Start(m *cluster.Membership, options ...Option) (*PubSub, error) {
	sys := m.System()
	c, err := makeConfig(options)
	if err != nil {
		return nil, fmt.Errorf("pubsub: start %q: %w", sys.Address(), err)
	}
	e := extensionOf(sys)
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.ps != nil {
		return nil, fmt.Errorf("pubsub: start %q: %w", sys.Address(), ErrStarted)
	}
	ps := &PubSub{
		sys: sys, self: registry.Node{Address: sys.Address(), Incarnation: sys.Incarnation()},
		topics: map[string]opened{},
	}
	if ps.registry, err = registry.Start(m, service, c.interval); err != nil {
		if errors.Is(err, actor.ErrNameTaken) {
			err = ErrStarted
		}
		return nil, fmt.Errorf("pubsub: start %q: %w", sys.Address(), err)
	}
	ps.registry.Observe("", func(topic string) {
		actor.Publish(sys, SubscribersChanged{topic, len(ps.registry.Entries(topic))})
	})
	e.ps = ps
	return ps, nil
}

// Of returns the PubSub that was started on a system, or nil.
func Of(sys *actor.System) *PubSub {
	e := extensionOf(sys)
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.ps
}

// Topics returns the names of all topics that have subscribers, as far as the node knows,
// in order.
func (ps *PubSub) Topics() []string { return ps.registry.Keys() }
