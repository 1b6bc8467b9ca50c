package pubsub

import (
	"github.com/7aca83c2/multinode/cluster/internal/registry"
	"github.com/7aca83c2/multinode/transport"
)

// Subscriber is one subscription, as a node knows it.
type Subscriber struct {
	Address     transport.Address // of its node
	Incarnation uint64            // of its node
	Path        string            // of its actor
	Group       string            // "" for one that gets every message
	Type        string            // of the messages, with the import path
	Reachable   bool              // its node, from this one
}

// SubscribersChanged is published on a node's event stream when a topic's subscribers
// have changed as far as the node knows, or when one became reachable or unreachable.
// PubSub.Subscribers has them. Events of changes that follow each other quickly may come
// in another order.
type SubscribersChanged struct {
	Topic       string
	Subscribers int // how many there were when the event was made
}

// Subscribers returns who subscribed to a topic of any type, as far as the node knows,
// by node, group and path.
func (ps *PubSub) Subscribers(topic string) []Subscriber {
	entries := ps.registry.Entries(topic)
	all := make([]Subscriber, 0, len(entries))
	for _, e := range entries {
		all = append(all, Subscriber{
			Address: e.Owner.Address, Incarnation: e.Owner.Incarnation,
			Path: registry.Path(ps.sys, e), Group: e.Group, Type: e.Type, Reachable: e.Reachable,
		})
	}
	return all
}
