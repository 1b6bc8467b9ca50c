package receptionist

import (
	"fmt"
	"slices"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster"
)

// Subscribe has an actor, of this node or another one, told of the listing of a key now
// and after each change, until cancel is called or it ends; one listing that is under way
// may still come. It returns actor.ErrDead for the zero Ref.
func Subscribe[M any](m *cluster.Membership, key Key[M], ref actor.Ref[Listing[M]]) (cancel func(), err error) {
	if _, err := of(m); err != nil {
		return nil, err
	}
	if ref.IsZero() {
		return nil, fmt.Errorf("receptionist: subscribe to %q: zero Ref: %w", key.Name, actor.ErrDead)
	}
	t := &teller[M]{m: m, key: key, to: ref}
	self, err := actor.Spawn(m.System(), "", func() actor.Actor[told] { return t }, actor.OnFailure(actor.Stop{}))
	if err != nil {
		return nil, fmt.Errorf("receptionist: subscribe %q to %q: %w", ref, key.Name, err)
	}
	return func() { self.Tell(enough) }, nil
}

// told is what a teller is told.
type told uint8

const (
	look   told = iota // the entries have changed
	enough             // the subscriber wants no more
)

// teller is the actor that tells one subscriber of one key.
type teller[M any] struct {
	m      *cluster.Membership
	key    Key[M]
	to     actor.Ref[Listing[M]]
	last   *Listing[M]
	cancel func()
}

var (
	_ actor.PreStarter[told]  = (*teller[int])(nil)
	_ actor.PostStopper[told] = (*teller[int])(nil)
	_ actor.Watcher[told]     = (*teller[int])(nil)
)

// PreStart has the teller hear of changes, and tells of the first listing.
func (t *teller[M]) PreStart(ctx *actor.Context[told]) error {
	r, err := of(t.m)
	if err != nil {
		return err
	}
	self := ctx.Self()
	t.cancel = r.Observe(t.key.Name, func(string) { self.Tell(look) })
	ctx.Watch(t.to)
	t.tell()
	return nil
}

// Receive tells of the listing if it is another one.
func (t *teller[M]) Receive(ctx *actor.Context[told], m told) error {
	if m == enough {
		ctx.StopSelf()
		return nil
	}
	t.tell()
	return nil
}

// Terminated ends the subscription with the subscriber.
func (t *teller[M]) Terminated(ctx *actor.Context[told], _ actor.Terminated) error {
	ctx.StopSelf()
	return nil
}

// PostStop ends the observation.
func (t *teller[M]) PostStop(*actor.Context[told]) {
	if t.cancel != nil {
		t.cancel()
	}
}

func (t *teller[M]) tell() {
	now := Lookup(t.m, t.key)
	if t.last != nil && slices.Equal(t.last.Refs, now.Refs) && slices.Equal(t.last.Unreachable, now.Unreachable) {
		return
	}
	t.last = &now
	t.to.Tell(Listing[M]{t.key, slices.Clone(now.Refs), slices.Clone(now.Unreachable)})
}
