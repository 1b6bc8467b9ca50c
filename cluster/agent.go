package cluster

import (
	"context"
	"fmt"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster/internal/gossip"
	"github.com/7aca83c2/multinode/transport"
)

// actorName is where the nodes find each other's agents.
const (
	actorName = "cluster"
	actorPath = "/" + actorName
)

// agent is the actor that runs a core: it gives it the time and the messages, and
// carries out what it has decided.
type agent struct {
	sys        *actor.System
	core       *core
	membership *Membership

	refs     map[transport.Address]actor.Ref[message]
	armed    time.Time       // when the tick comes
	flushing bool            // a flush is in the mailbox
	told     []gossip.Record // what endFormerLives has told of
}

var _ actor.PreStarter[message] = (*agent)(nil)

func newAgent(sys *actor.System, c config) *agent {
	self := gossip.Node{Address: sys.Address(), Incarnation: sys.Incarnation()}
	core := newCore(self, c, time.Now())
	v := core.view()
	ctx, stop := context.WithCancel(context.Background())
	if d, ok := core.downing.(NodeDowning); ok {
		core.downing = d.OnNode(ctx, v.Members[0])
	}
	m := &Membership{sys: sys, self: v.Members[0], ended: make(chan struct{}), stop: stop, handovers: newHandovers(c.log)}
	m.view.Store(&published{v, make(chan struct{})})
	return &agent{sys: sys, core: core, membership: m, refs: map[transport.Address]actor.Ref[message]{}}
}

// PreStart has the node try to join.
func (a *agent) PreStart(ctx *actor.Context[message]) error {
	now := time.Now()
	a.core.start(now)
	a.core.flush(now)
	a.follow(ctx)
	return nil
}

// Receive handles a message of another node, of the Membership, or of the agent itself.
func (a *agent) Receive(ctx *actor.Context[message], m message) error {
	now := time.Now()
	switch m.Kind {
	case tick:
		a.armed = time.Time{}
		a.core.tick(now)
	case flush:
		a.flushing = false
	case leave:
		a.core.leave(now)
	default:
		beat := a.core.clock.heartbeat
		a.core.receive(now, m)
		a.deliver()
		if a.core.clock.heartbeat.After(beat) { // that was the next tick's work
			a.armed = time.Time{}
			break
		}
		if a.core.wantsFlush() && !a.flushing {
			a.flushing = true
			// Behind the messages that wait already: one flush does for all of them.
			ctx.Self().Tell(message{Kind: flush})
		}
		return nil
	}
	a.core.flush(now)
	a.follow(ctx)
	return nil
}

// follow carries out what the core has decided.
func (a *agent) follow(ctx *actor.Context[message]) {
	a.deliver()
	if formed := a.core.formed; formed != nil {
		a.core.formed = nil
		defer a.emit(*formed) // the View shows it by then
	}
	if a.core.changed {
		a.core.changed = false
		a.publish()
	}
	if a.core.phase == over {
		var err error
		if a.core.err != nil {
			err = fmt.Errorf("cluster: node %q: %w", a.sys.Address(), a.core.err)
		}
		a.end(err)
		ctx.StopSelf()
		return
	}
	if next := a.core.next(); !next.IsZero() && (a.armed.IsZero() || next.Before(a.armed)) {
		a.armed = next
		ctx.After("tick", time.Until(next), message{Kind: tick})
	}
}

func (a *agent) deliver() {
	for i, e := range a.core.out {
		ref, known := a.refs[e.to]
		if !known {
			ref = actor.RefAt[message](a.sys, e.to, actorPath)
			a.refs[e.to] = ref
		}
		ref.Tell(e.message)
		a.core.out[i] = envelope{}
	}
	a.core.out = a.core.out[:0]
}

// publish shows the new view, first to those who ask for it and then as events.
func (a *agent) publish() {
	m := a.membership
	defer a.endFormerLives()
	before := m.view.Load()
	now := a.core.view()
	if before.equal(now) {
		return
	}
	m.view.Store(&published{now, make(chan struct{})})
	close(before.next)
	events := difference(before.View, now, a.core.gone)
	a.core.gone = nil
	for _, e := range events {
		if gone, ok := e.(MemberRemoved); ok {
			a.sys.NodeDown(gone.Member.Address, gone.Member.Incarnation)
		}
		a.emit(e)
	}
}

// endFormerLives has whoever waits for a life that is over learn of it, also if that was
// none of a member that this node has ever seen.
func (a *agent) endFormerLives() {
	if gossip.SameRecords(a.told, a.core.state.Records) {
		return
	}
	a.told = a.core.state.Records
	for _, r := range a.core.state.Records {
		a.sys.NodeReplaced(r.Address, r.Incarnation)
		if r.Status == gossip.Removed {
			a.sys.NodeDown(r.Address, r.Incarnation)
		}
	}
}

func (a *agent) emit(e Event) {
	actor.Publish(a.sys, e)
	if note := e.event(); note != "" {
		a.core.log.Info(note)
	}
}

func (a *agent) end(err error) {
	a.membership.end(err)
	a.emit(Ended{err})
}
