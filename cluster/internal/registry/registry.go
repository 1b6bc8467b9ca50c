package registry

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster"
)

// Interval is the default time after which a node asks again whether a peer has missed
// something, in case what was sent got lost.
const Interval = 200 * time.Millisecond

// Registry is a node's part of a service. Make one with Start. Its methods may be called
// from several goroutines.
type Registry struct {
	membership *cluster.Membership
	keeper     actor.Ref[message]

	mu        sync.RWMutex
	replica   *replica
	pending   []change // not yet spread
	told      bool     // the keeper knows that something is pending
	observers map[string]map[*observer]struct{}
	everybody map[*observer]struct{} // observers of all keys
}

type observer struct{ f func(key string) }

// Start runs the service of that name on the node of m, for as long as its actor system
// lives. Nodes find each other's by the name; it may be started once on each. The
// interval is how long to wait for an acknowledgement.
func Start(m *cluster.Membership, service string, interval time.Duration) (*Registry, error) {
	sys := m.System()
	self := Node{Address: sys.Address(), Incarnation: sys.Incarnation()}
	r := &Registry{
		membership: m, replica: newReplica(self),
		observers: map[string]map[*observer]struct{}{}, everybody: map[*observer]struct{}{},
	}
	k := newKeeper(r, m, service, interval)
	keeper, err := actor.Spawn(sys, service, func() actor.Actor[message] { return k }, actor.OnFailure(actor.Resume{}))
	if err != nil {
		return nil, err
	}
	r.keeper = keeper
	look := func() { keeper.Tell(message{Kind: viewed}) }
	actor.Subscribe(sys, func(cluster.ViewChanged) { look() })
	actor.Subscribe(sys, func(cluster.Ended) { look() })
	look()
	m.BeforeLeave(service, r.withdraw)
	return r, nil
}

// Add puts an actor of this node under a key, until Remove or its end. The ref is that of
// the item. Adding twice is adding once.
func (r *Registry) Add(i Item, ref actor.AnyRef) { r.change(i, ref, true) }

// Remove takes an item back. One that is not there is nothing to do.
func (r *Registry) Remove(i Item, ref actor.AnyRef) { r.change(i, ref, false) }

func (r *Registry) change(i Item, ref actor.AnyRef, add bool) {
	r.mu.Lock()
	did := r.replica.own(i, add)
	tell := did && !r.told
	if did {
		r.pending = append(r.pending, change{i, ref, add})
		r.told = true
	}
	r.mu.Unlock()
	if tell {
		r.keeper.Tell(message{Kind: changed})
	}
	if did {
		r.notify(i.Key)
	}
}

// Entries returns what is under a key, by owner, group and ref. The slice never changes:
// the same entries are the same slice.
func (r *Registry) Entries(key string) []Entry {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.replica.index[key]
}

// Keys returns the keys that have entries, in order.
func (r *Registry) Keys() []string {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return slices.Sorted(maps.Keys(r.replica.index))
}

// Observe has f called after each change of a key's entries, their reachability
// included; of any key if it is empty. Calls may come at the same time from several
// goroutines, and f must not block. It returns a function that ends it.
func (r *Registry) Observe(key string, f func(key string)) (cancel func()) {
	o := &observer{f}
	r.mu.Lock()
	defer r.mu.Unlock()
	set := r.everybody
	if key != "" {
		if r.observers[key] == nil {
			r.observers[key] = map[*observer]struct{}{}
		}
		set = r.observers[key]
	}
	set[o] = struct{}{}
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(set, o)
		if key != "" && len(set) == 0 && len(r.observers[key]) == 0 {
			delete(r.observers, key)
		}
	}
}

func (r *Registry) notify(keys ...string) {
	for _, key := range keys {
		r.mu.RLock()
		all := slices.AppendSeq(slices.Collect(maps.Keys(r.observers[key])), maps.Keys(r.everybody))
		r.mu.RUnlock()
		for _, o := range all {
			o.f(key)
		}
	}
}

// withdraw removes the node's own items and waits until the others know.
func (r *Registry) withdraw(ctx context.Context) error {
	done := make(chan struct{})
	if err := r.keeper.Send(message{Kind: leave, done: done}); err != nil {
		return err
	}
	select {
	case <-done:
		return nil
	case <-r.membership.Done():
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
