package router

import (
	"fmt"
	"reflect"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/cluster/internal/directory"
	"github.com/7aca83c2/multinode/cluster/internal/registry"
	"github.com/7aca83c2/multinode/cluster/receptionist"
)

// New makes a router, an actor of the node of m, and returns its Ref. It ends as other
// actors do. New returns ErrStrategy if the strategy is for other messages, ErrOption,
// and errors as actor.Spawn does.
func New[M any](m *cluster.Membership, key receptionist.Key[M], strategy Strategy, options ...Option) (actor.Ref[M], error) {
	ref, err := create(m, key, strategy, options)
	if err != nil {
		err = fmt.Errorf("router: of %q: %w", key.Name, err)
	}
	return ref, err
}

func create[M any](m *cluster.Membership, key receptionist.Key[M], strategy Strategy, options []Option) (actor.Ref[M], error) {
	c, err := makeConfig(m.System(), options)
	if err == nil {
		err = strategy.takes(reflect.TypeFor[M]())
	}
	if err != nil {
		return actor.Ref[M]{}, err
	}
	r, err := directory.Of(m)
	if err != nil {
		return actor.Ref[M]{}, err
	}
	router := &router[M]{table: &table[M]{
		sys: m.System(), registry: r, key: key.Name, typ: registry.TypeName[M](),
		chooser: strategy.start(), capacity: c.buffer,
	}}
	return actor.Spawn(c.parent, c.name, func() actor.Actor[M] { return router }, actor.OnFailure(actor.Resume{}))
}

// router is the actor that messages are sent to. A child of it is told of other things.
type router[M any] struct {
	table  *table[M]
	cancel func()
}

var (
	_ actor.PreStarter[int]  = (*router[int])(nil)
	_ actor.PostStopper[int] = (*router[int])(nil)
)

// PreStart has the router hear of changes.
func (r *router[M]) PreStart(ctx *actor.Context[M]) error {
	t := r.table
	t.name = ctx.Self().String()
	clerk, err := actor.SpawnFunc(ctx, "clerk", t.note, actor.OnFailure(actor.Resume{}))
	if err != nil {
		return err
	}
	if _, counts := t.chooser.(*shortest); counts {
		t.clerk = clerk
	}
	r.cancel = t.registry.Observe(t.key, func(string) { clerk.Tell(directory.Report{}) })
	clerk.Tell(directory.Report{}) // for what has changed meanwhile
	return nil
}

// Receive sends a message on.
func (r *router[M]) Receive(_ *actor.Context[M], m M) error {
	r.table.route(m)
	return nil
}

// PostStop gives up what waits.
func (r *router[M]) PostStop(*actor.Context[M]) {
	if r.cancel != nil {
		r.cancel()
	}
	r.table.giveUp()
}
