package sharding

import (
	"slices"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/cluster/singleton"
)

// region is the actor that hosts the shards of one node, and knows where the others are.
type region[M any] struct {
	config *config
	proxy  bool
	entity func(id string) actor.Actor[M]
	desk   *desk // what others may look at

	to          actor.Ref[request[M]] // whoever coordinates
	located     func() bool           // the node knows where that is
	coordinator actor.Ref[request[M]] // who has welcomed the region; zero: nobody
	candidate   actor.Ref[request[M]] // whom it has last asked for a welcome
	attempt     uint64                // of registering
	latest      uint64                // the highest tenure it has heard of
	asks        uint64                // so far
	over        <-chan struct{}       // closed once the node is no member any more
	alone       func() bool           // the node knows no other member

	routes  map[string]*route[M]
	hosted  map[string]*hostedShard[M]
	parted  map[string]claim // handed off, until their next home is known
	kept    int              // messages that wait in the routes
	armed   bool             // a retry is due
	changed bool             // the desk does not show it yet

	refusal error // why it was refused, while it is
	leaving bool
	bounded bool // the wait for the next homes ends at some time
	content bool // to leave although they are not known
	leavers []actor.Ref[string]
	cancels []func()
}

var (
	_ actor.PreStarter[message[int]]  = (*region[int])(nil)
	_ actor.PostStopper[message[int]] = (*region[int])(nil)
)

// PreStart registers, and listens for who leaves the cluster.
func (r *region[M]) PreStart(ctx *actor.Context[message[M]]) error {
	sys, self := ctx.System(), ctx.Self()
	tell := func(c control[M]) { self.Tell(message[M]{Control: &c}) }
	r.cancels = append(r.cancels,
		actor.Subscribe(sys, func(e cluster.MemberLeaving) { tell(control[M]{Kind: nodeLeaves, Node: nodeOfMember(e.Member)}) }),
		actor.Subscribe(sys, func(e cluster.MemberRemoved) { tell(control[M]{Kind: nodeGone, Node: nodeOfMember(e.Member)}) }),
		actor.Subscribe(sys, func(e singleton.Located) {
			if e.Name == actorName(r.config.name) && e.Address != "" {
				tell(control[M]{Kind: located})
			}
		}),
		actor.Subscribe(sys, func(cluster.Ended) { tell(control[M]{Kind: ended}) }))
	select {
	case <-r.over: // before the subscription, maybe
		ctx.StopSelf()
	default:
		r.knock(ctx)
	}
	return nil
}

// PostStop says what became of the messages that wait.
func (r *region[M]) PostStop(ctx *actor.Context[message[M]]) {
	for _, cancel := range r.cancels {
		cancel()
	}
	for _, shard := range inOrder(r.routes) {
		for _, m := range r.routes[shard].waiting {
			r.drop(ctx, shard, m, ErrEnded)
		}
	}
	for _, leaver := range r.leavers {
		leaver.Tell("")
	}
	r.desk.close()
}

// Receive routes a message to its entity, or handles what concerns the region itself.
func (r *region[M]) Receive(ctx *actor.Context[message[M]], m message[M]) error {
	switch {
	case m.Control == nil && m.From == "":
		r.deliver(ctx, m)
		return nil
	case m.Control == nil:
		r.receive(ctx, m)
		return nil
	case m.Control.Kind == notHere:
		r.returned(ctx, m)
	default:
		r.control(ctx, m.Control)
	}
	if r.changed {
		r.changed = false
		r.desk.show(r.table())
	}
	return nil
}

func (r *region[M]) control(ctx *actor.Context[message[M]], c *control[M]) {
	switch c.Kind {
	case here:
		if r.coordinator.IsZero() { // or it is a late answer
			r.candidate = c.Coordinator
			r.register(ctx)
		}
	case welcome:
		r.welcomed(ctx, c)
	case refused:
		r.refused(ctx, c)
	case host, homeIs, handOff:
		if c.Coordinator == r.coordinator { // or it is not in charge any more
			r.ordered(ctx, c)
		}
	case pause:
		r.pause(ctx, c)
	case paused:
		r.peerPaused(ctx, c)
	case retry:
		r.armed = false
		r.retry(ctx)
	case nodeLeaves:
		r.nodeLeaves(c.Node)
	case nodeGone:
		r.nodeGone(ctx, c.Node)
	case located:
		r.knock(ctx)
	case coordinatorGone:
		r.coordinator = actor.Ref[request[M]]{}
		r.attempt++
		r.resume(ctx)
		r.knock(ctx)
	case shardEnded:
		r.shardEnded(ctx, c.Shard)
	case handOffDue:
		r.hurry(ctx, c.Shard)
	case shutdown:
		r.shutdown(ctx, c.Done)
	case leaveDue:
		r.content = true
	case ended:
		ctx.StopSelf()
	}
	r.left(ctx)
}

func (r *region[M]) ordered(ctx *actor.Context[message[M]], c *control[M]) {
	switch c.Kind {
	case host:
		r.host(ctx, c.claim())
	case homeIs:
		r.heard(ctx, home[M]{c.Region, c.claim()})
	case handOff:
		r.handOff(ctx, c.claim(), c.Regions)
	}
}

// knock asks where the coordinator is, until one has welcomed the region.
func (r *region[M]) knock(ctx *actor.Context[message[M]]) {
	if r.coordinator.IsZero() {
		if r.located() {
			r.to.Tell(request[M]{Kind: knock, Region: ctx.Self()})
		}
		r.arm(ctx)
	}
}

// register tells the candidate what this region hosts. It does so again when a welcome
// does not come, and when what it hosts has changed before; the candidate can tell which
// by the attempt.
func (r *region[M]) register(ctx *actor.Context[message[M]]) {
	m := request[M]{Kind: register, Region: ctx.Self(), Attempt: r.attempt, Number: r.config.number(), Proxy: r.proxy, Leaving: r.leaving, Latest: r.latest}
	for _, shard := range inOrder(r.hosted) {
		h := r.hosted[shard]
		m.Claims = append(m.Claims, h.claim)
		if h.phase == draining {
			m.Ending = append(m.Ending, shard)
		}
	}
	for _, shard := range inOrder(r.parted) {
		m.Parted = append(m.Parted, r.parted[shard])
	}
	r.candidate.Tell(m)
}

// welcomed takes the coordinator's word for where the shards are.
func (r *region[M]) welcomed(ctx *actor.Context[message[M]], c *control[M]) {
	if c.Coordinator != r.candidate || c.Attempt != r.attempt || !r.coordinator.IsZero() {
		return
	}
	r.coordinator, r.refusal = c.Coordinator, nil
	ctx.WatchWith(c.Coordinator, message[M]{Control: &control[M]{Kind: coordinatorGone}})
	for _, h := range c.Homes {
		r.heard(ctx, h)
	}
	r.retry(ctx)
}

// tell sends the coordinator a request about shards. Without one it is not needed: what
// the region hosts is in its registration, and the rest is asked again.
func (r *region[M]) tell(ctx *actor.Context[message[M]], kind requestKind, claims ...claim) {
	if !r.coordinator.IsZero() {
		r.coordinator.Tell(request[M]{Kind: kind, Region: ctx.Self(), Claims: claims})
	}
}

// retry asks again for what has not been answered.
func (r *region[M]) retry(ctx *actor.Context[message[M]]) {
	if r.coordinator.IsZero() {
		r.knock(ctx)
		return
	}
	var lost []claim
	for _, shard := range inOrder(r.routes) {
		if r.routes[shard].needsHome() && r.hosted[shard] == nil {
			lost = append(lost, claim{Shard: shard})
		}
	}
	if len(lost) > 0 {
		r.tell(ctx, locate, lost...)
		r.arm(ctx)
	}
	if r.leaving && len(r.hosted) > 0 {
		r.tell(ctx, leave)
		r.arm(ctx)
	}
	for _, shard := range inOrder(r.hosted) {
		if h := r.hosted[shard]; h.phase == pausing {
			r.askToPause(ctx, shard, h)
			r.arm(ctx)
		}
	}
}

func (r *region[M]) arm(ctx *actor.Context[message[M]]) {
	if !r.armed {
		r.armed = true
		ctx.After("retry", retryEvery, message[M]{Control: &control[M]{Kind: retry}})
	}
}

// shutdown gives up all shards, for good.
func (r *region[M]) shutdown(ctx *actor.Context[message[M]], done actor.Ref[string]) {
	r.leaving = true
	r.leavers = append(r.leavers, done)
	if len(r.hosted) == 0 {
		r.tell(ctx, leave)
	}
	r.retry(ctx)
}

// leavePatience is how long a region that has given all up waits to hear of the next
// homes. There may be nobody who could be one.
const leavePatience = time.Second

// left tells who waits for it that all shards are gone, once they are. Only this region
// can say that it has handled all that its shards ever got, should the coordinator die
// now: it stays until they have their next homes.
func (r *region[M]) left(ctx *actor.Context[message[M]]) {
	if len(r.leavers) == 0 || len(r.hosted) > 0 {
		return
	}
	if len(r.parted) > 0 && !r.content && !r.alone() {
		if !r.bounded {
			r.bounded = true
			ctx.After("leave", leavePatience, message[M]{Control: &control[M]{Kind: leaveDue}})
		}
		return
	}
	for _, leaver := range r.leavers {
		leaver.Tell("")
	}
	r.leavers = nil
}

// table returns which shard is where.
func (r *region[M]) table() []entry {
	var table []entry
	for shard, route := range r.routes {
		e := entry{shard: shard, at: route.home.Address()}
		if h := r.hosted[shard]; h != nil {
			e.entities = h.entities
		}
		if e.at != "" || e.entities != nil {
			table = append(table, e)
		}
	}
	slices.SortFunc(table, func(x, y entry) int { return compareShards(x.shard, y.shard) })
	return table
}
