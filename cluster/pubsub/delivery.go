package pubsub

import (
	"fmt"
	"log/slog"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster/internal/registry"
	"github.com/7aca83c2/multinode/internal/codec"
)

// post is a message on its way to the subscribers of one node.
type post[M any] struct {
	Body  []byte // the message, encoded; nil if it comes from this node
	All   bool
	Picks []pick

	local   bool `wire:"-"`
	message M    `wire:"-"`
}

// delivery is the actor that hands a topic's messages to the subscribers of its node, so
// that all messages of a publisher take the same way.
type delivery[M any] struct {
	*node[M]

	// What follows was made of entries.
	entries []registry.Entry
	plain   []actor.Ref[M]
	grouped []member[M]
}

// member is a subscriber that is in a group.
type member[M any] struct {
	pick
	ref actor.Ref[M]
}

// Receive hands a message on.
func (d *delivery[M]) Receive(ctx *actor.Context[post[M]], p post[M]) error {
	m := p.message
	if !p.local {
		var err error
		if m, err = codec.DecodeAs[M](p.Body, d.ps.sys); err != nil {
			d.lost.Add(1)
			ctx.Log().Error("published message cannot be decoded", slog.String("topic", d.name), slog.Any("error", err))
			d.ps.sys.Discard(actor.DeadLetter{To: ctx.Self().String(), Cause: fmt.Errorf("pubsub: topic %q: %w", d.name, err)})
			return nil
		}
	}
	d.refresh()
	if p.All {
		for _, ref := range d.plain {
			d.deliver(ref, m)
		}
	}
	for _, chosen := range p.Picks {
		if ref := d.find(chosen); ref.IsZero() {
			d.lost.Add(1)
		} else {
			d.deliver(ref, m)
		}
	}
	return nil
}

func (d *delivery[M]) deliver(ref actor.Ref[M], m M) {
	if ref.Send(m) != nil {
		d.lost.Add(1)
		return
	}
	d.delivered.Add(1)
}

// find returns the one who was chosen or, if it has gone meanwhile, another one of its
// group on this node.
func (d *delivery[M]) find(chosen pick) (other actor.Ref[M]) {
	for _, m := range d.grouped {
		if m.pick == chosen {
			return m.ref
		}
		if m.Group == chosen.Group {
			other = m.ref
		}
	}
	return other
}

// refresh looks up the subscribers of the node again if they have changed.
func (d *delivery[M]) refresh() {
	now := d.ps.registry.Entries(d.name)
	if len(now) == len(d.entries) && (len(now) == 0 || &now[0] == &d.entries[0]) {
		return
	}
	d.entries, d.plain, d.grouped = now, nil, nil
	for _, e := range now {
		if e.Owner != d.ps.self || e.Type != d.typ {
			continue
		}
		ref, err := registry.Ref[M](d.ps.sys, e)
		switch {
		case err != nil: // it was encoded here
		case e.Group == "":
			d.plain = append(d.plain, ref)
		default:
			d.grouped = append(d.grouped, member[M]{pick{e.Group, e.Item.Ref}, ref})
		}
	}
}
