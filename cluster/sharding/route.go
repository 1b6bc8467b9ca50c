package sharding

import (
	"errors"

	"github.com/7aca83c2/multinode/actor"
)

// route is how a region gets messages to one shard.
type route[M any] struct {
	home    actor.Ref[message[M]] // zero: not known
	paused  bool                  // the home is giving it up
	lost    bool                  // the home was removed with its node
	waiting []message[M]
	// asked are the asks that were sent, to be sent again if the home is lost. Those that
	// are over are taken out once there are as many as sweep.
	asked []sent[M]
	sweep int
}

type sent[M any] struct {
	message message[M]
	to      actor.Ref[message[M]]
}

// maxHops bounds how often a message is sent on by regions that have an old idea of the
// shard's home. The last one asks the coordinator.
const maxHops = 3

func (r *region[M]) route(shard string) *route[M] {
	at := r.routes[shard]
	if at == nil {
		at = &route[M]{}
		r.routes[shard] = at
	}
	return at
}

// needsHome reports whether somebody waits for the shard's home.
func (t *route[M]) needsHome() bool {
	return t.lost || len(t.waiting) > 0 || t.home.IsZero() && len(t.pending()) > 0
}

// deliver gets a message to its shard, or keeps it until that can be done. While a shard
// is being handed off, its region takes what others have sent before they paused, but
// keeps what it sends itself.
func (r *region[M]) deliver(ctx *actor.Context[message[M]], m message[M]) {
	shard := r.config.shardOf(m.ID)
	route, h := r.route(shard), r.hosted[shard]
	switch {
	case h != nil && (h.phase == serving || h.phase == pausing && m.Hops > 0):
		route.note(m, ctx.Self())
		h.shard.Tell(shardMessage[M]{ID: m.ID, Msg: m.Msg})
	case h == nil && !route.paused && !route.home.IsZero() && route.home != ctx.Self() && m.Hops < maxHops:
		r.forward(ctx, shard, route, m)
	default:
		r.keep(ctx, shard, route, m)
	}
}

func (r *region[M]) forward(ctx *actor.Context[message[M]], shard string, route *route[M], m message[M]) {
	err := route.home.Send(message[M]{ID: m.ID, Msg: m.Msg, Hops: m.Hops + 1})
	switch {
	case err == nil:
		route.note(m, route.home)
	case errors.Is(err, actor.ErrNodeDown):
		route.home = actor.Ref[message[M]]{}
		r.keep(ctx, shard, route, m)
	default:
		r.drop(ctx, shard, m, err)
	}
}

// keep has a message wait for the shard's home.
func (r *region[M]) keep(ctx *actor.Context[message[M]], shard string, route *route[M], m message[M]) {
	if r.kept >= r.config.buffer {
		r.drop(ctx, shard, m, ErrFull)
		return
	}
	if m.Hops >= maxHops {
		route.home = actor.Ref[message[M]]{} // we all are mistaken
	}
	m.Hops = 0
	r.kept++
	route.waiting = append(route.waiting, m)
	if len(route.waiting) == 1 && r.hosted[shard] == nil && !route.paused {
		r.tell(ctx, locate, shard)
	}
	r.arm(ctx)
}

// moveTo notes the home of a shard, and sends there what waits for it.
func (r *region[M]) moveTo(ctx *actor.Context[message[M]], shard string, to actor.Ref[message[M]], handedOver bool) {
	route := r.route(shard)
	var again []message[M]
	for _, s := range route.pending() {
		if s.to == to {
			continue
		}
		if !handedOver { // it may have died with the home before
			again = append(again, s.message)
		}
	}
	route.asked = keepOnly(route.asked, func(s sent[M]) bool { return s.to == to })
	route.home, route.paused, route.lost = to, false, false
	r.changed = true
	waiting := append(again, route.waiting...)
	r.kept -= len(route.waiting)
	route.waiting = nil
	for _, m := range waiting {
		r.deliver(ctx, m)
	}
}

// drop makes the loss of a message known.
func (r *region[M]) drop(ctx *actor.Context[message[M]], shard string, m message[M], why error) {
	if m.Ask != nil {
		m.Ask.fail(why)
	}
	r.desk.drop(ctx.System(), ctx.Log(), Dropped{r.config.name, shard, m.ID, m.Msg, why})
}

// note remembers an ask until it is answered.
func (t *route[M]) note(m message[M], to actor.Ref[message[M]]) {
	if m.Ask == nil {
		return
	}
	if len(t.asked) >= t.sweep {
		t.sweep = 2*len(t.pending()) + 16
	}
	t.asked = append(t.asked, sent[M]{m, to})
}

// pending returns the asks that are not over.
func (t *route[M]) pending() []sent[M] {
	t.asked = keepOnly(t.asked, func(s sent[M]) bool { return !s.message.Ask.over.Load() })
	return t.asked
}

func keepOnly[T any](all []T, want func(T) bool) []T {
	kept := all[:0]
	for _, v := range all {
		if want(v) {
			kept = append(kept, v)
		}
	}
	clear(all[len(kept):])
	return kept
}
