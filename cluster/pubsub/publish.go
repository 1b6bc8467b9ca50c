package pubsub

import (
	"errors"
	"fmt"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster/internal/registry"
	"github.com/7aca83c2/multinode/internal/codec"
	"github.com/7aca83c2/multinode/transport"
)

// Publish sends a message to all subscribers of the topic in the cluster, and to one of
// each group. It returns an error if it must cross to another node and cannot be encoded,
// and actor.ErrStopped if the node has ended; nobody gets it then. That there is no
// subscriber is no error; see Stats.
func (t *Topic[M]) Publish(m M) error { return t.publish("publish", m, audience{self: t.ps.self}) }

// PublishLocal is Publish for the subscribers on this node only.
func (t *Topic[M]) PublishLocal(m M) error {
	return t.publish("publish locally", m, audience{self: t.ps.self, local: true})
}

// Send sends a message to one of a group, and to nobody else. It returns
// ErrNoSubscriber if the node knows of none, and errors as Publish does.
func (t *Topic[M]) Send(group string, m M) error {
	if group == "" {
		return t.failed("send", ErrName)
	}
	return t.publish("send to "+group, m, audience{self: t.ps.self, group: group})
}

func (t *Topic[M]) publish(what string, m M, a audience) error {
	routes, mistyped := plan(t.ps.registry.Entries(t.name), t.typ, a, t.choose)
	t.lost.Add(uint64(mistyped))
	if len(routes) == 0 {
		if a.group != "" {
			return t.failed(what, ErrNoSubscriber)
		}
		t.published.Add(1)
		t.unheard.Add(1)
		return nil
	}
	var body []byte
	if len(routes) > 1 || routes[0].node != t.ps.self {
		var err error
		if body, err = codec.AppendAs(nil, m); err != nil {
			return t.failed(what, err)
		}
	}
	for _, r := range routes {
		if err := t.send(r, m, body); errors.Is(err, actor.ErrStopped) {
			return t.failed(what, err)
		}
	}
	t.published.Add(1)
	return nil
}

// send has the node of a route deliver the message.
func (t *Topic[M]) send(r route, m M, body []byte) error {
	var err error
	if r.node == t.ps.self {
		err = t.delivery.Send(post[M]{All: r.all, Picks: r.picks, local: true, message: m})
	} else {
		err = t.deliveryAt(r.node.Address).Send(post[M]{All: r.all, Picks: r.picks, Body: body})
	}
	if err != nil {
		t.lost.Add(1)
	}
	return err
}

func (n *node[M]) deliveryAt(address transport.Address) actor.Ref[post[M]] {
	if ref, ok := n.remote.Load(address); ok {
		return ref.(actor.Ref[post[M]])
	}
	ref := actor.RefAt[post[M]](n.ps.sys, address, n.path)
	n.remote.Store(address, ref)
	return ref
}

func (t *Topic[M]) choose(group string, candidates []registry.Entry) registry.Entry {
	t.mu.Lock()
	turn := t.turns[group]
	t.turns[group]++
	t.mu.Unlock()
	return t.choice.choose(t.ps.self, candidates, turn)
}

func (t *Topic[M]) failed(what string, err error) error {
	return fmt.Errorf("pubsub: topic %q: %s: %w", t.name, what, err)
}
