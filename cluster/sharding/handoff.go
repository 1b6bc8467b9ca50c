package sharding

import (
	"maps"
	"slices"
	"sync/atomic"

	"github.com/7aca83c2/multinode/actor"
)

// hostedShard is a shard that lives in this region.
type hostedShard[M any] struct {
	shard    actor.Ref[shardMessage[M]]
	claim    claim
	phase    hostPhase
	peers    map[actor.Ref[message[M]]]bool // regions that have not paused yet
	entities *atomic.Int64
}

type hostPhase uint8

const (
	serving  hostPhase = iota
	pausing            // waits for the other regions to hold back
	draining           // its entities handle what they have, and stop
)

// host starts a shard, or begins a new tenure of one that goes on, and says so.
func (r *region[M]) host(ctx *actor.Context[message[M]], c claim) {
	switch h := r.hosted[c.Shard]; {
	case h != nil && h.phase == serving && h.claim.Line == c.Line && h.claim.Tenure < c.Tenure:
		h.claim.Tenure, h.claim.Round = c.Tenure, 0
		r.moveTo(ctx, home[M]{ctx.Self(), h.claim})
		r.tell(ctx, hosting, h.claim)
	case h != nil && h.claim.Tenure != c.Tenure:
		return // what is left of an earlier tenure has to go first; it will be told again
	case h == nil && r.leaving:
		r.tell(ctx, leave) // or it is told to host the shard again
		r.tell(ctx, released, c)
	case h == nil && (r.proxy || !r.spawnShard(ctx, c)):
		r.tell(ctx, released, c)
	default:
		r.tell(ctx, hosting, c)
	}
}

func (r *region[M]) spawnShard(ctx *actor.Context[message[M]], c claim) bool {
	shard := c.Shard
	h := &hostedShard[M]{claim: c, entities: &atomic.Int64{}}
	s := newShardActor(r, shard, h.entities)
	ref, err := actor.Spawn(ctx, nameFor(shard), func() actor.Actor[shardMessage[M]] { return s.fresh() })
	if err != nil {
		ctx.Log().Error("sharding: shard not started", "type", r.config.name, "shard", shard, "error", err)
		return false
	}
	h.shard = ref
	ctx.WatchWith(ref, message[M]{Control: &control[M]{Kind: shardEnded, Shard: shard}})
	r.hosted[shard] = h
	r.moveTo(ctx, home[M]{ctx.Self(), c}) // what waits here comes before what follows
	ctx.Log().Info("sharding: hosting", "type", r.config.name, "shard", shard)
	actor.Publish(ctx.System(), ShardStarted{r.config.name, shard})
	return true
}

// handOff begins to give a shard up: first nobody may send it anything any more.
func (r *region[M]) handOff(ctx *actor.Context[message[M]], c claim, peers []actor.Ref[message[M]]) {
	shard := c.Shard
	h := r.hosted[shard]
	switch {
	case h == nil:
		r.tell(ctx, released, c)
		return
	case h.phase == draining || h.claim.Tenure != c.Tenure:
		return
	case h.phase == serving:
		h.phase = pausing
		r.route(shard).paused = true
		h.peers = map[actor.Ref[message[M]]]bool{}
		for _, peer := range peers {
			if peer != ctx.Self() {
				h.peers[peer] = true
			}
		}
		r.askToPause(ctx, shard, h)
		r.arm(ctx)
		ctx.After("hand-off "+shard, r.config.patience, message[M]{Control: &control[M]{Kind: handOffDue, Shard: shard}})
	default: // told again: those who are not among the peers any more have ended
		still := map[actor.Ref[message[M]]]bool{}
		for _, peer := range peers {
			if h.peers[peer] {
				still[peer] = true
			}
		}
		h.peers = still
	}
	r.drainWhenPaused(ctx, shard, h)
}

func (r *region[M]) askToPause(ctx *actor.Context[message[M]], shard string, h *hostedShard[M]) {
	for _, peer := range slices.SortedFunc(maps.Keys(h.peers), compareRefs) {
		peer.Tell(message[M]{Control: &control[M]{Kind: pause, Shard: shard, Region: ctx.Self(), Tenure: h.claim.Tenure, Round: h.claim.Round}})
	}
}

// pause holds back what is meant for a shard until there is later news of its home. What
// is known of the home may be later already.
func (r *region[M]) pause(ctx *actor.Context[message[M]], c *control[M]) {
	r.latest = max(r.latest, c.Tenure)
	if route := r.route(c.Shard); !c.news().before(route.news) {
		route.paused, route.news = true, c.news()
	}
	c.Region.Tell(message[M]{Control: &control[M]{Kind: paused, Shard: c.Shard, Region: ctx.Self(), Tenure: c.Tenure, Round: c.Round}})
}

// peerPaused notes that a region holds back; all that it had sent before has arrived.
func (r *region[M]) peerPaused(ctx *actor.Context[message[M]], c *control[M]) {
	if h := r.hosted[c.Shard]; h != nil && h.phase == pausing && h.claim.Tenure == c.Tenure && h.claim.Round == c.Round {
		delete(h.peers, c.Region)
		r.drainWhenPaused(ctx, c.Shard, h)
	}
}

func (r *region[M]) drainWhenPaused(ctx *actor.Context[message[M]], shard string, h *hostedShard[M]) {
	if len(h.peers) > 0 {
		return
	}
	h.phase = draining
	h.shard.Tell(shardMessage[M]{Kind: drain})
	ctx.After("hand-off "+shard, r.config.patience, message[M]{Control: &control[M]{Kind: handOffDue, Shard: shard}})
}

// hurry goes on with a hand-off that takes too long.
func (r *region[M]) hurry(ctx *actor.Context[message[M]], shard string) {
	h := r.hosted[shard]
	switch {
	case h == nil || h.phase == serving:
	case h.phase == pausing:
		ctx.Log().Warn("sharding: handing off although not all regions hold back", "type", r.config.name, "shard", shard)
		clear(h.peers)
		r.drainWhenPaused(ctx, shard, h)
	default:
		ctx.Log().Warn("sharding: entities did not stop in time", "type", r.config.name, "shard", shard)
		_ = ctx.StopChild(h.shard)
	}
}

// resume takes hand-offs back that have not gone so far that entities stop.
func (r *region[M]) resume(ctx *actor.Context[message[M]]) {
	for _, shard := range inOrder(r.hosted) {
		h := r.hosted[shard]
		if h.phase == pausing {
			h.phase, h.peers = serving, nil
			h.claim.Round++
			r.moveTo(ctx, home[M]{ctx.Self(), h.claim})
		}
	}
}

// shardEnded says that a shard is not here any more.
func (r *region[M]) shardEnded(ctx *actor.Context[message[M]], shard string) {
	h := r.hosted[shard]
	if h == nil {
		return
	}
	ctx.CancelTimer("hand-off " + shard)
	delete(r.hosted, shard)
	r.changed = true
	route := r.route(shard)
	if route.home == ctx.Self() {
		route.home = actor.Ref[message[M]]{}
	}
	ctx.Log().Info("sharding: gave up", "type", r.config.name, "shard", shard)
	actor.Publish(ctx.System(), ShardStopped{r.config.name, shard})
	if h.phase == draining && r.refusal == nil { // all it ever got is handled: the next coordinator has to know
		r.parted[shard] = h.claim
		route.sought = r.leaving
	} else {
		h.claim.Line = 0
	}
	if r.coordinator.IsZero() { // the one to come may have been told that it is here
		r.attempt++
		r.knock(ctx)
	}
	r.tell(ctx, released, h.claim)
	if !route.home.IsZero() { // two clusters have become one, and it was there already
		r.moveTo(ctx, home[M]{route.home, route.news.claim})
	} else if len(route.waiting) > 0 {
		r.arm(ctx)
	}
}
