package sharding

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/cluster/singleton"
	"github.com/7aca83c2/multinode/internal/codec"
)

// Region is one node's part in the sharding of a type of entity. Its methods may be
// called from several goroutines, but not from an actor those that wait.
type Region[M any] struct {
	sys  *actor.System
	desk *desk
	ref  actor.Ref[message[M]]
}

// Start has the node host shards of entities that take messages of type M. Their type is
// named on all nodes alike. When an entity gets its first message, factory makes the
// actor for its id; factory is called by several goroutines.
//
// Start returns ErrOption for what makes no sense, ErrStarted if the node has a region of
// that name, and an error that names type and field if M cannot travel. The region ends
// with the node's membership; Membership.Leave hands its shards over before. Start does not
// wait for the cluster: that the node counts shards differently turns out later, see Refused.
func Start[M any](m *cluster.Membership, name string, factory func(id string) actor.Actor[M], options ...Option) (*Region[M], error) {
	if factory == nil {
		return nil, fmt.Errorf("sharding: start %q on %q: no factory: %w", name, m.System().Address(), ErrOption)
	}
	return start(m, name, factory, options)
}

// StartProxy is Start for a node that hosts no shards, but sends messages to those of
// others. It may coordinate, unless WithRole leaves it out.
func StartProxy[M any](m *cluster.Membership, name string, options ...Option) (*Region[M], error) {
	return start[M](m, name, nil, options)
}

func start[M any](m *cluster.Membership, name string, factory func(id string) actor.Actor[M], options []Option) (*Region[M], error) {
	sys := m.System()
	failed := func(err error) (*Region[M], error) {
		return nil, fmt.Errorf("sharding: start %q on %q: %w", name, sys.Address(), err)
	}
	c, err := makeConfig(name, options)
	if err != nil {
		return failed(err)
	}
	if err := codec.Check(reflect.TypeFor[M]()); err != nil {
		return failed(err)
	}
	desk := desksOf(sys).open(name)
	if desk == nil {
		return failed(ErrStarted)
	}
	r := &Region[M]{sys: sys, desk: desk}
	if err := r.launch(m, c, factory); err != nil {
		desksOf(sys).forget(name)
		return failed(err)
	}
	m.BeforeLeave("sharding "+name, r.Shutdown)
	return r, nil
}

// actorName is where the regions of a type find each other, and its coordinator.
func actorName(name string) string { return "sharding-" + name }

func (r *Region[M]) launch(m *cluster.Membership, c *config, factory func(id string) actor.Actor[M]) error {
	coordinator, err := singleton.Start(m, actorName(c.name), func() actor.Actor[request[M]] { return newCoordinator[M](c, m) },
		singleton.WithRole(c.role), singleton.WithActorOptions(actor.OnFailure(actor.Stop{})))
	if err != nil {
		return err
	}
	proxy := factory == nil || c.role != "" && !slices.Contains(m.Self().Roles, c.role)
	create := func() actor.Actor[message[M]] {
		return &region[M]{
			config: c, proxy: proxy, entity: factory, desk: r.desk, to: coordinator.Ref(), located: func() bool { return isLocated(r.sys, actorName(c.name)) }, asks: r.sys.Seed("asks of shards"),
			over: m.Done(), alone: func() bool { return len(m.View().Members) == 1 }, routes: map[string]*route[M]{}, hosted: map[string]*hostedShard[M]{},
			parted: map[string]claim{},
		}
	}
	r.ref, err = actor.Spawn(r.sys, actorName(c.name), create, actor.OnFailure(actor.Stop{}))
	return err
}

// isLocated reports whether the node knows where a singleton is.
func isLocated(sys *actor.System, name string) bool {
	return slices.ContainsFunc(singleton.On(sys), func(i singleton.Info) bool { return i.Name == name && i.Address != "" })
}

// Tell sends the entity a message, wherever it lives, and starts it if it does not. It
// does not block. What cannot be delivered is published as Dropped.
func (r *Region[M]) Tell(id string, m M) {
	if err := r.ref.Send(message[M]{ID: id, Msg: m}); err != nil {
		r.desk.dropped.Add(1)
		actor.Publish(r.sys, Dropped{Type: r.desk.name, ID: id, Message: m, Cause: ErrEnded})
	}
}

// hasEnded reports whether an error says that there is no region any more.
func hasEnded(err error) bool {
	return errors.Is(err, actor.ErrDead) || errors.Is(err, actor.ErrStopped)
}

// Ask sends the entity what message makes, and returns the first reply. The error names
// the type and the id, and wraps the cause of ctx's end, ErrFull, ErrShards, ErrUnknown,
// ErrEnded, or what keeps the message from being encoded. If the node of the entity fails
// and is removed from the cluster before a reply has come, the message is sent again to the
// next one. A reply that got lost is not made again.
func Ask[M, R any](ctx context.Context, r *Region[M], id string, question func(replyTo actor.Ref[R]) M) (R, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	ask := &asking{fail: cancel}
	defer ask.over.Store(true)
	reply, err := actor.Ask(ctx, r.ref, func(replyTo actor.Ref[R]) message[M] {
		return message[M]{ID: id, Msg: question(replyTo), Ask: ask}
	})
	if err != nil {
		if cause := context.Cause(ctx); cause != nil {
			err = cause
		}
		if hasEnded(err) {
			err = ErrEnded
		}
		return reply, fmt.Errorf("sharding: ask \"%s/%s\": %w", r.desk.name, id, err)
	}
	return reply, nil
}

// Shards returns what the node knows of the type's shards: those it hosts, and those of
// other nodes, by ID. It may be called at any time.
func (r *Region[M]) Shards() []Shard { return r.desk.shards() }

// Dropped returns how many messages were lost in this region so far; see Dropped.
func (r *Region[M]) Dropped() uint64 { return r.desk.dropped.Load() }

// Shutdown hands all shards of the region over to others and returns once they have
// stopped here and have their next homes; it waits a second at most for the latter. The
// region goes on as a proxy. Membership.Leave calls it. The error says which shards are
// still here when ctx ends.
func (r *Region[M]) Shutdown(ctx context.Context) error {
	_, err := actor.Ask(ctx, r.ref, func(done actor.Ref[string]) message[M] {
		return message[M]{Control: &control[M]{Kind: shutdown, Done: done}}
	})
	if err == nil || hasEnded(err) { // what has ended hosts nothing
		return nil
	}
	var left []string
	for _, s := range r.Shards() {
		if s.Here {
			left = append(left, s.ID)
		}
	}
	return fmt.Errorf("sharding: shut %q down on %q: shards still here: %v: %w", r.desk.name, r.sys.Address(), left, err)
}

// Passivate has an entity stop once it has handled what it was sent so far; the next
// message starts it again. It is called by the entity, with its own context. Messages
// that come meanwhile wait for the new one.
func Passivate[M any](ctx *actor.Context[M]) {
	sys := ctx.System()
	self := ctx.Self().Path()
	parent := actor.RefAt[shardMessage[M]](sys, sys.Address(), self[:strings.LastIndex(self, "/")])
	parent.Tell(shardMessage[M]{Kind: passivate, Ref: ctx.Self()})
}
