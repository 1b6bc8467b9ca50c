package pubsub

import (
	"fmt"
	"net/url"
	"reflect"
	"sync"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster/internal/registry"
	"github.com/7aca83c2/multinode/internal/codec"
)

// Topic is a topic with messages of type M, on one node. Make one with TopicOf. Its
// methods may be called from several goroutines, and actors.
type Topic[M any] struct {
	*node[M]
	choice Choice

	mu    sync.Mutex
	turns map[string]uint64 // by group
}

// node is what all Topics of one name on a node share.
type node[M any] struct {
	counters
	ps       *PubSub
	name     string
	typ      string
	path     string // of the actor that delivers, on every node
	delivery actor.Ref[post[M]]
	remote   sync.Map // of actor.Ref[post[M]] by transport.Address
}

// TopicOf returns the topic of that name. It returns ErrType, with both types, if the name
// has another type of messages on this node or among the subscribers that it knows of,
// and the reason if M cannot travel between nodes. Two nodes that give one name
// different types at the same moment may both succeed; Subscribe then fails on one of
// them or both, and subscribers of the other type are passed over and counted as Lost.
func TopicOf[M any](ps *PubSub, name string, options ...TopicOption) (*Topic[M], error) {
	c := topicConfig{choice: RoundRobin()}
	for _, o := range options {
		o.apply(&c)
	}
	n, err := open[M](ps, name)
	if err != nil {
		return nil, fmt.Errorf("pubsub: topic %q: %w", name, err)
	}
	return &Topic[M]{node: n, choice: c.choice, turns: map[string]uint64{}}, nil
}

// open returns the node's part in a topic.
func open[M any](ps *PubSub, name string) (*node[M], error) {
	if name == "" {
		return nil, ErrName
	}
	if err := codec.Check(reflect.TypeFor[M]()); err != nil {
		return nil, err
	}
	ps.mu.Lock()
	defer ps.mu.Unlock()
	typ := registry.TypeName[M]()
	if known := ps.topics[name]; known != nil {
		n, ok := known.(*node[M])
		if !ok {
			return nil, typeError(typ, known.typeName(), "on this node")
		}
		return n, nil
	}
	if err := ps.checkType(name, typ); err != nil {
		return nil, err
	}
	escaped := service + ":" + url.PathEscape(name)
	n := &node[M]{ps: ps, name: name, typ: typ, path: "/" + escaped}
	d := &delivery[M]{node: n}
	var err error
	n.delivery, err = actor.Spawn(ps.sys, escaped, func() actor.Actor[post[M]] { return d }, actor.OnFailure(actor.Resume{}))
	if err != nil {
		return nil, err
	}
	ps.topics[name] = n
	return n, nil
}

// checkType returns ErrType if there are subscribers of another type.
func (ps *PubSub) checkType(topic, typ string) error {
	for _, e := range ps.registry.Entries(topic) {
		if e.Type != typ {
			return typeError(typ, e.Type, "of "+string(e.Owner.Address)+registry.Path(ps.sys, e))
		}
	}
	return nil
}

func typeError(want, have, whose string) error {
	return fmt.Errorf("%s is wanted, but %s is the type %s: %w", want, have, whose, ErrType)
}

func (n *node[M]) typeName() string { return n.typ }

// Name returns the topic's name.
func (t *Topic[M]) Name() string { return t.name }

// Subscribers returns who subscribed to the topic, as far as the node knows, by node,
// group and path.
func (t *Topic[M]) Subscribers() []Subscriber { return t.ps.Subscribers(t.name) }

// Subscribe has an actor of this node get every message, until cancel is called or it
// ends. Subscribing again changes nothing. It returns actor.ErrRemote for an actor of
// another node, which can subscribe there, and ErrType as TopicOf does.
func (t *Topic[M]) Subscribe(ref actor.Ref[M]) (cancel func(), err error) {
	return t.subscribe("", ref)
}

// SubscribeGroup is Subscribe, but each message goes to one of the group only, wherever
// that is. An actor may be in several groups.
func (t *Topic[M]) SubscribeGroup(group string, ref actor.Ref[M]) (cancel func(), err error) {
	if group == "" {
		return nil, fmt.Errorf("pubsub: topic %q: subscribe %q to a group: %w", t.name, ref, ErrName)
	}
	return t.subscribe(group, ref)
}

func (t *Topic[M]) subscribe(group string, ref actor.Ref[M]) (cancel func(), err error) {
	wire, err := registry.Wire(t.ps.sys, ref)
	if err == nil {
		err = t.ps.checkType(t.name, t.typ)
	}
	if err != nil {
		return nil, fmt.Errorf("pubsub: topic %q: subscribe %q: %w", t.name, ref, err)
	}
	i := registry.Item{Key: t.name, Type: t.typ, Group: group, Ref: wire}
	t.ps.registry.Add(i, ref)
	return func() { t.ps.registry.Remove(i, ref) }, nil
}
