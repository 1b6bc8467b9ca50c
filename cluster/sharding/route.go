package sharding

import (
	"errors"
	"slices"

	"github.com/7aca83c2/multinode/actor"
)

// route is how a region gets messages to one shard.
type route[M any] struct {
	home    actor.Ref[message[M]] // zero: not known
	line    uint64
	news    news // the latest word of where the shard is, or that it is being given up
	paused  bool // the home is giving it up
	sought  bool // the home is asked for even if nothing waits: it was removed, or nothing fits
	waiting []message[M]
	// asked are the asks that were sent, see ask.go. Those that are over are taken out once
	// there are as many as sweep.
	asked []sent[M]
	sweep int
}

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
	return t.sought || len(t.waiting) > 0 || t.home.IsZero() && t.hasLost()
}

// deliver gets a message of this node to its shard, or keeps it until that can be done.
func (r *region[M]) deliver(ctx *actor.Context[message[M]], m message[M]) {
	shard := r.config.shardOf(m.ID)
	if r.refusal != nil {
		r.drop(ctx, shard, m, r.refusal)
		return
	}
	if r.config.immortal && !slices.Contains(r.config.always, shard) {
		r.drop(ctx, shard, m, ErrUnknown)
		return
	}
	route, h := r.route(shard), r.hosted[shard]
	switch {
	case h != nil && h.phase == serving:
		route.note(r, m, nodeOf(ctx.Self()))
		h.shard.Tell(shardMessage[M]{ID: m.ID, Msg: m.Msg})
	case h == nil && !route.paused && !route.home.IsZero() && route.home != ctx.Self():
		r.forward(ctx, shard, route, m)
	default:
		r.keep(ctx, shard, route, m)
	}
}

func (r *region[M]) forward(ctx *actor.Context[message[M]], shard string, route *route[M], m message[M]) {
	number := route.note(r, m, nodeOf(route.home))
	err := route.home.Send(message[M]{
		ID: m.ID, Msg: m.Msg, From: ctx.System().Address(), Number: number, Line: route.line,
	})
	switch {
	case err == nil:
	case errors.Is(err, actor.ErrNodeDown):
		route.home = actor.Ref[message[M]]{}
		route.take(number)
		r.keep(ctx, shard, route, m)
	default:
		r.drop(ctx, shard, m, err)
	}
}

// receive handles what another region has sent. While a shard is being handed off that
// includes what was sent before its sender paused.
func (r *region[M]) receive(ctx *actor.Context[message[M]], m message[M]) {
	shard := r.config.shardOf(m.ID)
	h := r.hosted[shard]
	if h != nil && h.phase != draining && (m.Number == 0 || m.Line == h.claim.Line) {
		h.shard.Tell(shardMessage[M]{ID: m.ID, Msg: m.Msg})
		return
	}
	if h == nil { // the coordinator may believe that it is here
		r.tell(ctx, locate, claim{Shard: shard})
	}
	from := actor.RefAt[message[M]](ctx.System(), m.From, ctx.Self().Path())
	m.Control = &control[M]{Kind: notHere, Region: ctx.Self()}
	from.Tell(m)
}

// returned handles a message that went to a region which does not host the shard.
func (r *region[M]) returned(ctx *actor.Context[message[M]], m message[M]) {
	shard := r.config.shardOf(m.ID)
	route := r.route(shard)
	if route.home == m.Control.Region && route.line == m.Line {
		route.home = actor.Ref[message[M]]{}
		r.changed = true
	}
	if m.Number == 0 {
		r.deliver(ctx, message[M]{ID: m.ID, Msg: m.Msg})
	} else if ask, waits := route.take(m.Number); waits {
		r.deliver(ctx, ask)
	}
}

// keep has a message wait for the shard's home.
func (r *region[M]) keep(ctx *actor.Context[message[M]], shard string, route *route[M], m message[M]) {
	if r.kept >= r.config.buffer {
		r.drop(ctx, shard, m, ErrFull)
		route.sought = true
		r.arm(ctx)
		return
	}
	r.kept++
	route.waiting = append(route.waiting, m)
	if len(route.waiting) == 1 && r.hosted[shard] == nil && !route.paused {
		r.tell(ctx, locate, claim{Shard: shard})
	}
	r.arm(ctx)
}

// heard takes the coordinator's word for the home of a shard, unless it is late: from
// before a pause, or before a later home. Then the coordinator is told: it may be new to
// what this region has heard of, in a cluster that has become a part of its own.
func (r *region[M]) heard(ctx *actor.Context[message[M]], to home[M]) {
	r.latest = max(r.latest, to.Tenure)
	route := r.route(to.Shard)
	switch {
	case to.news().before(route.news):
		if r.hosted[to.Shard] == nil {
			r.tell(ctx, outdated, route.news.claim)
		}
	case !route.paused || route.news.before(to.news()):
		r.moveTo(ctx, to)
	}
}

// moveTo notes the home of a shard, and sends there what waits for it.
func (r *region[M]) moveTo(ctx *actor.Context[message[M]], to home[M]) {
	route := r.route(to.Shard)
	route.settle(to)
	route.home, route.line, route.news, route.paused, route.sought = to.Region, to.Line, to.news(), false, false
	delete(r.parted, to.Shard)
	r.changed = true
	waiting := append(route.takeLost(), route.waiting...)
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
