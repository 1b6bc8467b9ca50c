package sharding

import (
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster"
)

// retryEvery is how long an answer may take before a request is sent again. Nothing
// waits for it as long as no frame is lost.
const retryEvery = 100 * time.Millisecond

// coordinator is the actor that keeps the ledger: it listens to the regions, and tells
// them what follows.
type coordinator[M any] struct {
	config  *config
	member  *cluster.Membership
	book    *ledger
	regions map[node]registration[M]
	self    actor.Ref[request[M]]
	armed   bool // a reminder is due
	cancel  func()

	number   int  // of shards, in use
	prepared bool // shards get homes
}

type registration[M any] struct {
	ref     actor.Ref[message[M]]
	attempt uint64
	number  int // of shards
}

var (
	_ actor.PreStarter[request[int]]  = (*coordinator[int])(nil)
	_ actor.PostStopper[request[int]] = (*coordinator[int])(nil)
)

func newCoordinator[M any](c *config, m *cluster.Membership) *coordinator[M] {
	book := newLedger(c.strategy, uint64(time.Now().UnixNano()), func() uint64 { return m.System().Seed("lines of shards") })
	book.closed = true
	return &coordinator[M]{config: c, member: m, book: book, number: c.number(), regions: map[node]registration[M]{}}
}

// PreStart looks who may host shards already. A watch tells of those who have no region
// at all; the others register.
func (c *coordinator[M]) PreStart(ctx *actor.Context[request[M]]) error {
	self := ctx.Self()
	c.self = self
	// First of all, or it would wait for a member that is removed in between.
	c.cancel = actor.Subscribe(ctx.System(), func(cluster.ViewChanged) { self.Tell(request[M]{Kind: viewChanged}) })
	for _, m := range c.member.View().Members {
		if n := nodeOfMember(m); c.config.role == "" || m.HasRole(c.config.role) {
			c.book.awaited[n] = true
			ctx.WatchWith(c.regionAt(ctx, n), request[M]{Kind: absent, Node: n})
		}
	}
	ctx.Log().Info("sharding: coordinating", "type", c.config.name, "awaited", len(c.book.awaited))
	return nil
}

// PostStop ends the subscription.
func (c *coordinator[M]) PostStop(*actor.Context[request[M]]) {
	if c.cancel != nil {
		c.cancel()
	}
}

func (c *coordinator[M]) regionAt(ctx *actor.Context[request[M]], n node) actor.Ref[message[M]] {
	return actor.RefAt[message[M]](ctx.System(), n.Address, "/"+actorName(c.config.name))
}

// Receive handles a request.
func (c *coordinator[M]) Receive(ctx *actor.Context[request[M]], r request[M]) error {
	n := nodeOf(r.Region)
	switch r.Kind {
	case knock:
		r.Region.Tell(message[M]{Control: &control[M]{Kind: here, Coordinator: ctx.Self()}})
	case register:
		c.register(ctx, n, r)
	case regionGone:
		if _, known := c.regions[r.Node]; known {
			delete(c.regions, r.Node)
			c.book.gone(r.Node)
			c.release()
		}
	case absent:
		c.book.settle(r.Node)
	case viewChanged:
		c.look()
	case remind:
		c.armed = false
		c.book.remind()
	default:
		if _, known := c.regions[n]; known {
			c.requested(n, r)
		}
	}
	if err := c.prepare(); err != nil {
		return err
	}
	c.send(ctx)
	return nil
}

func (c *coordinator[M]) requested(n node, r request[M]) {
	if r.Kind == leave {
		c.book.leave(n)
	}
	for _, claim := range r.Claims {
		switch r.Kind {
		case locate:
			c.book.locate(n, claim.Shard)
		case outdated:
			c.book.outdated(claim)
		case hosting:
			c.book.hosting(n, claim)
		case released:
			c.book.released(n, claim)
		}
	}
}

// register takes a region in. One that asks again has missed the welcome; what it says
// then is older than what it was told since.
func (c *coordinator[M]) register(ctx *actor.Context[request[M]], n node, r request[M]) {
	if !c.admits(r) {
		c.refuse(r.Region, r.Attempt)
		c.book.settle(n)
		return
	}
	known, again := c.regions[n]
	again = again && known.attempt >= r.Attempt
	if !again {
		ctx.Unwatch(c.regionAt(ctx, n))
		ctx.WatchWith(r.Region, request[M]{Kind: regionGone, Node: n})
		c.regions[n] = registration[M]{r.Region, r.Attempt, r.Number}
	}
	welcome := &control[M]{Kind: welcome, Attempt: r.Attempt, Coordinator: ctx.Self()}
	for _, shard := range inOrder(c.book.shards) {
		h := c.book.shards[shard]
		if at, ok := c.regions[h.owner]; ok && h.phase == running {
			welcome.Homes = append(welcome.Homes, home[M]{at.ref, claim{shard, h.line, h.tenure, h.round}})
		}
	}
	r.Region.Tell(message[M]{Control: welcome})
	if !again {
		c.book.heard(r.Latest)
		c.book.register(n, account{r.Proxy, r.Leaving, r.Ending}, r.Claims, r.Parted)
	}
}

// look notes who cannot be reached, and who is no member any more.
func (c *coordinator[M]) look() {
	here := map[node]bool{}
	clear(c.book.away)
	for _, m := range c.member.View().Members {
		n := nodeOfMember(m)
		here[n] = true
		if m.Unreachable {
			c.book.away[n] = true
		}
	}
	for _, n := range nodesOf(c.book.awaited) {
		if !here[n] {
			c.book.settle(n)
		}
	}
	c.book.proceed()
}

// send carries out the orders, and has itself reminded of those not answered.
func (c *coordinator[M]) send(ctx *actor.Context[request[M]]) {
	var nodes []node
	if len(c.book.orders) > 0 {
		nodes = nodesOf(c.regions)
	}
	for _, o := range c.book.orders {
		out := &control[M]{Kind: o.kind, Shard: o.shard, Coordinator: ctx.Self(), Line: o.line, Tenure: o.tenure, Round: o.round}
		switch o.kind {
		case homeIs:
			at, known := c.regions[o.owner]
			if !known {
				continue // it has ended since
			}
			out.Region = at.ref
		case handOff:
			for _, n := range nodes {
				out.Regions = append(out.Regions, c.regions[n].ref)
			}
		}
		for _, n := range nodes {
			if o.to == (node{}) || o.to == n {
				c.regions[n].ref.Tell(message[M]{Control: out})
			}
		}
	}
	c.book.orders = c.book.orders[:0]
	if !c.armed && c.book.expects() {
		c.armed = true
		ctx.After("remind", retryEvery, request[M]{Kind: remind})
	}
}
