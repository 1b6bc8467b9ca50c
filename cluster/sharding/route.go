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
	news    claim // the latest word of where the shard is, or that it is being given up
	paused  bool  // the home is giving it up
	sought  bool  // the home is asked for even if nothing waits: it was removed, or nothing fits
	waiting []message[M]
	// asked are the asks that were sent, to be sent again if the home is lost. Those that
	// are over are taken out once there are as many as sweep.
	asked []sent[M]
	sweep int
}

// sent is an ask, with the shard's line when it was sent.
type sent[M any] struct {
	message message[M]
	line    uint64
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
	return t.sought || len(t.waiting) > 0 || t.home.IsZero() && len(t.pending()) > 0
}

// deliver gets a message of this node to its shard, or keeps it until that can be done.
func (r *region[M]) deliver(ctx *actor.Context[message[M]], m message[M]) {
	shard := r.config.shardOf(m.ID)
	if r.config.immortal && !slices.Contains(r.config.always, shard) {
		r.drop(ctx, shard, m, ErrUnknown)
		return
	}
	route, h := r.route(shard), r.hosted[shard]
	switch {
	case h != nil && h.phase == serving:
		route.note(r, m)
		h.shard.Tell(shardMessage[M]{ID: m.ID, Msg: m.Msg})
	case h == nil && !route.paused && !route.home.IsZero() && route.home != ctx.Self():
		r.forward(ctx, shard, route, m)
	default:
		r.keep(ctx, shard, route, m)
	}
}

func (r *region[M]) forward(ctx *actor.Context[message[M]], shard string, route *route[M], m message[M]) {
	number := route.note(r, m)
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
// before a pause, or before a later home.
func (r *region[M]) heard(ctx *actor.Context[message[M]], to home[M]) {
	r.latest = max(r.latest, to.Tenure)
	if route := r.route(to.Shard); to.before(route.news) || route.paused && !route.news.before(to.claim) {
		return
	}
	r.moveTo(ctx, to)
}

// moveTo notes the home of a shard, and sends there what waits for it. Asks that went to
// the home before are sent again if that has died with them.
func (r *region[M]) moveTo(ctx *actor.Context[message[M]], to home[M]) {
	route := r.route(to.Shard)
	var waiting []message[M]
	for _, s := range route.pending() {
		if s.line != to.Line {
			waiting = append(waiting, s.message)
		}
	}
	route.asked = keepOnly(route.asked, func(s sent[M]) bool { return s.line == to.Line }) // a home may yet send them back
	route.home, route.line, route.news, route.paused, route.sought = to.Region, to.Line, to.claim, false, false
	delete(r.parted, to.Shard)
	r.changed = true
	waiting = append(waiting, route.waiting...)
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

// note remembers an ask that goes to the home until it is answered, and returns its
// number.
func (t *route[M]) note(r *region[M], m message[M]) uint64 {
	if m.Ask == nil {
		return 0
	}
	if len(t.asked) >= t.sweep {
		t.sweep = 2*len(t.pending()) + 16
	}
	r.asks++
	m.Number = r.asks
	t.asked = append(t.asked, sent[M]{m, t.line})
	return m.Number
}

// take takes an ask out, if it waits still.
func (t *route[M]) take(number uint64) (m message[M], waits bool) {
	t.asked = keepOnly(t.pending(), func(s sent[M]) bool {
		if s.message.Number != number {
			return true
		}
		m, waits = s.message, true
		return false
	})
	return m, waits
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
