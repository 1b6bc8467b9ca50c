package sharding

import (
	"fmt"

	"github.com/7aca83c2/multinode/actor"
)

// Regions that count shards differently would take one id to two shards, and have it live
// twice. So one number is in use at a time: that of the regions that host shards, and
// otherwise that of the node that coordinates. Regions with another one are refused, and
// ask again from time to time, until there is nobody left with the first.

// refused gives up all that the region has: its shards are not those of the cluster.
func (r *region[M]) refused(ctx *actor.Context[message[M]], c *control[M]) {
	if c.Coordinator != r.coordinator && (c.Coordinator != r.candidate || c.Attempt != r.attempt || !r.coordinator.IsZero()) {
		return
	}
	if r.coordinator == c.Coordinator {
		ctx.Unwatch(c.Coordinator)
		r.coordinator = actor.Ref[request[M]]{}
		r.attempt++
	}
	first := r.refusal == nil
	r.refusal = fmt.Errorf("%s here, %s in the cluster: %w", shardsText(r.config.number()), shardsText(c.Number), ErrShards)
	if first {
		ctx.Log().Error("sharding: region refused", "type", r.config.name, "error", r.refusal)
		actor.Publish(ctx.System(), Refused{r.config.name, r.refusal})
	}
	for _, shard := range inOrder(r.hosted) {
		h := r.hosted[shard]
		if h.phase != draining {
			h.peers = nil
			r.drainWhenPaused(ctx, shard, h)
		}
	}
	for _, shard := range inOrder(r.routes) {
		route := r.routes[shard]
		for _, m := range append(route.pendingMessages(), route.waiting...) {
			r.drop(ctx, shard, m, r.refusal)
		}
	}
	clear(r.routes)
	clear(r.parted)
	r.kept, r.changed = 0, true
	r.arm(ctx)
}

// pendingMessages returns the asks that are not over.
func (t *route[M]) pendingMessages() (all []message[M]) {
	for _, s := range t.pending() {
		all = append(all, s.message)
	}
	return all
}

func shardsText(n int) string {
	if n == 0 {
		return "shards by WithShardOf"
	}
	return fmt.Sprintf("%d shards", n)
}

// admits reports whether a region has the number of shards that is in use. As long as none
// has a home that this coordinator knows of, a region that hosts some decides which that is.
func (c *coordinator[M]) admits(r request[M]) bool {
	if r.Number != c.number && len(r.Claims) > 0 && !c.prepared && len(c.book.shards) == 0 {
		c.number = r.Number
		for _, n := range nodesOf(c.regions) {
			at := c.regions[n]
			if at.number != c.number {
				c.refuse(at.ref, at.attempt)
				delete(c.regions, n)
				c.book.gone(n)
			}
		}
	}
	return r.Number == c.number
}

func (c *coordinator[M]) refuse(region actor.Ref[message[M]], attempt uint64) {
	region.Tell(message[M]{Control: &control[M]{Kind: refused, Attempt: attempt, Coordinator: c.self, Number: c.number}})
}

// release puts the own number of shards in use once nobody is left with another one.
func (c *coordinator[M]) release() {
	if own := c.config.number(); c.number != own && len(c.regions) == 0 {
		c.number, c.prepared, c.book.closed = own, false, true
		clear(c.book.shards)
		clear(c.book.wanted)
	}
}

// prepare has the shards that always run get homes, once it is known which have one. Only
// then may any shard get one.
func (c *coordinator[M]) prepare() error {
	if c.prepared || len(c.book.awaited) > 0 || len(c.regions) == 0 {
		return nil
	}
	always := c.config.workers(c.number)
	if store := c.config.store; store != nil {
		if c.number == c.config.number() && len(c.book.shards) == 0 {
			if err := c.config.carryOver(); err != nil {
				return err
			}
		}
		remembered, err := store.Shards(c.config.name)
		if err != nil {
			return err
		}
		always = append(always, remembered...)
	}
	c.prepared, c.book.closed = true, false
	for _, shard := range always {
		if _, known := c.book.wanted[shard]; !known && c.book.shards[shard] == nil {
			c.book.wanted[shard] = 0
		}
	}
	c.book.proceed()
	return nil
}

// carryOver moves the ids in the store to the shards that they fall to now. It is added
// before it is taken out: a crash in between leaves an id twice, to be moved again.
func (c *config) carryOver() error {
	shards, err := c.store.Shards(c.name)
	if err != nil {
		return err
	}
	for _, shard := range shards {
		ids, err := c.store.Entities(c.name, shard)
		if err != nil {
			return err
		}
		for _, id := range ids {
			to := c.shardOf(id)
			if to == shard {
				continue
			}
			if err := c.store.Remember(c.name, to, id); err != nil {
				return err
			}
			if err := c.store.Forget(c.name, shard, id); err != nil {
				return err
			}
		}
	}
	return nil
}
