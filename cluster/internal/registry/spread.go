package registry

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster"
)

// spreadChanges sends the node's own changes to all who have the service.
func (k *keeper) spreadChanges(ctx *actor.Context[message], now time.Time) {
	r := k.registry
	r.mu.Lock()
	pending, version := r.pending, k.replica.version(k.self)
	r.pending, r.told = nil, false
	r.mu.Unlock()
	if len(pending) == 0 {
		return
	}
	u := update{Owner: k.self, From: k.spread, To: version}
	u.Added, u.Removed = net(pending)
	for _, c := range pending {
		k.watch(ctx, c)
	}
	k.spread = version
	for _, node := range k.peers.sorted() {
		p := k.peers[node]
		if !p.met {
			continue // it will say what it has
		}
		if !p.lacks(u.From) {
			p.tries = 0
			p.later(now, k.interval)
		}
		k.send(node, message{Kind: news, Update: u})
	}
}

// net returns what the changes come to, one after another.
func net(changes []change) (added, removed []Item) {
	last := map[Item]bool{}
	for _, c := range changes {
		last[c.item] = c.added
	}
	for _, i := range slices.SortedFunc(maps.Keys(last), Item.compare) {
		if last[i] {
			added = append(added, i)
		} else {
			removed = append(removed, i)
		}
	}
	return added, removed
}

// watch watches an actor as long as it has items.
func (k *keeper) watch(ctx *actor.Context[message], c change) {
	items := k.watched[c.ref]
	switch {
	case c.added && items == nil:
		k.watched[c.ref] = map[Item]struct{}{c.item: {}}
		ctx.Watch(c.ref)
	case c.added:
		items[c.item] = struct{}{}
	default:
		delete(items, c.item)
		if len(items) == 0 {
			delete(k.watched, c.ref)
			ctx.Unwatch(c.ref)
		}
	}
}

// withdraw removes all items of the node's own.
func (k *keeper) withdraw(ctx *actor.Context[message], done chan struct{}, now time.Time) {
	k.spreadChanges(ctx, now)
	byName := func(a, b actor.AnyRef) int { return strings.Compare(a.String(), b.String()) }
	for _, ref := range slices.SortedFunc(maps.Keys(k.watched), byName) {
		k.remove(ref)
	}
	k.spreadChanges(ctx, now)
	k.leaving = append(k.leaving, done)
}

// look takes the members over from the View.
func (k *keeper) look(now time.Time) {
	members, cut := map[Node]bool{k.self: true}, false
	if !k.ended() {
		for _, m := range k.membership.View().Members {
			if m.Status < cluster.Down {
				members[Node{Address: m.Address, Incarnation: m.Incarnation}] = !m.Unheard
				cut = cut || m.Unreachable
			}
		}
	}
	if cut && !k.cut {
		k.turnDue = now.Add(k.interval)
	}
	k.cut = cut
	k.registry.mu.Lock()
	keys := k.replica.follow(members)
	k.registry.mu.Unlock()
	k.peers.follow(members, k.self, now)
	k.registry.notify(keys...)
}

// ended reports whether the node is no member any more: it then knows nobody else.
func (k *keeper) ended() bool {
	select {
	case <-k.membership.Done():
		return true
	default:
		return false
	}
}

func (k *keeper) send(to Node, m message) {
	m.From = k.self
	actor.RefAt[message](k.registry.membership.System(), to.Address, k.path).Tell(m)
}
