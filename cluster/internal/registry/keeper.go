package registry

import (
	"maps"
	"slices"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster"
)

// keeper is the actor that spreads a node's items and learns those of others.
type keeper struct {
	registry   *Registry
	replica    *replica // guarded by the registry's lock
	membership *cluster.Membership
	self       Node
	path       string
	interval   time.Duration

	peers   peers
	watched map[actor.AnyRef]map[Item]struct{} // the node's own items, by actor
	spread  uint64                             // the version that was sent to all
	cut     bool                               // somebody is unreachable
	turn    int                                // whose it is to get a digest because of that
	turnDue time.Time
	leaving []chan struct{} // who waits until nobody lacks anything
}

var (
	_ actor.Actor[message]   = (*keeper)(nil)
	_ actor.Watcher[message] = (*keeper)(nil)
)

func newKeeper(r *Registry, m *cluster.Membership, service string, interval time.Duration) *keeper {
	return &keeper{
		registry: r, replica: r.replica, membership: m, self: r.replica.self, path: "/" + service,
		interval: interval, peers: peers{}, watched: map[actor.AnyRef]map[Item]struct{}{},
	}
}

// Receive handles a message of another node's keeper, or of the node itself.
func (k *keeper) Receive(ctx *actor.Context[message], m message) error {
	now := time.Now()
	switch m.Kind {
	case changed:
		k.spreadChanges(ctx, now)
	case viewed:
		k.look(now)
	case tick:
	case leave:
		k.withdraw(ctx, m.done, now)
	default:
		k.hear(m, now)
	}
	k.sendDigests(now)
	k.release()
	k.arm(ctx, now)
	return nil
}

// Terminated removes the items of an actor that has ended.
func (k *keeper) Terminated(_ *actor.Context[message], t actor.Terminated) error {
	k.remove(t.Ref)
	return nil
}

// remove removes the items of an actor, in order: those who follow their keys are told at once.
func (k *keeper) remove(ref actor.AnyRef) {
	for _, i := range slices.SortedFunc(maps.Keys(k.watched[ref]), Item.compare) {
		k.registry.Remove(i, ref)
	}
}

// arm sets the timer for what is due next. Without anything, none runs.
func (k *keeper) arm(ctx *actor.Context[message], now time.Time) {
	next := k.peers.next(k.spread)
	if k.cut && (next.IsZero() || k.turnDue.Before(next)) {
		next = k.turnDue
	}
	if next.IsZero() {
		ctx.CancelTimer("tick")
		return
	}
	ctx.After("tick", next.Sub(now), message{Kind: tick})
}

// release tells those who wait to leave that they may.
func (k *keeper) release() {
	if len(k.leaving) == 0 || !k.peers.settled(k.spread) {
		return
	}
	for _, done := range k.leaving {
		close(done)
	}
	k.leaving = nil
}
