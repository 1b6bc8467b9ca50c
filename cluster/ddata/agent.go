package ddata

import (
	"log/slog"
	"maps"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/cluster/ddata/crdt"
	"github.com/7aca83c2/multinode/transport"
)

// actorName is where the nodes find each other's agents.
const (
	actorName = "ddata"
	actorPath = "/" + actorName
)

// agent is the actor that keeps a node's data.
type agent struct {
	sys        *actor.System
	membership *cluster.Membership
	config
	log    *slog.Logger
	cancel []func()

	*store
	members members
	refs    map[transport.Address]actor.Ref[message]

	pending  map[string]any // deltas of local updates, for the next flush
	flushing bool           // a flush is in the mailbox

	operations map[uint64]*operation
	ticket     uint64 // the last one given
	retrying   bool   // the retry timer is running

	armed    time.Duration                      // what the tick waits for, or 0
	agreed   map[crdt.Replica]uint64            // the digest that a peer was known to have last
	walks    map[crdt.Replica]*walk             // that this node drives
	followed map[crdt.Replica]progress          // that peers drive
	refused  map[crdt.Replica]map[string]string // what could not be merged of a peer: why, by key
	met      map[crdt.Replica]bool              // see members.caughtUp
	ready    bool                               // has caught up, once and for all

	gone  map[transport.Address]uint64 // lives that were removed, up to these
	round *round                       // of this node as the leader, or nil
	clean uint64                       // the digest of data of which nothing is to be pruned
}

func newAgent(m *cluster.Membership, self crdt.Replica, c config) *agent {
	return &agent{
		sys: m.System(), membership: m, config: c, store: newStore(m.System()),
		members: members{self: self, role: c.role}, refs: map[transport.Address]actor.Ref[message]{},
		pending: map[string]any{}, operations: map[uint64]*operation{},
		agreed: map[crdt.Replica]uint64{}, walks: map[crdt.Replica]*walk{}, followed: map[crdt.Replica]progress{},
		refused: map[crdt.Replica]map[string]string{}, met: map[crdt.Replica]bool{}, gone: map[transport.Address]uint64{},
	}
}

// PreStart has the agent follow the membership.
func (a *agent) PreStart(ctx *actor.Context[message]) error {
	self := ctx.Self()
	a.log = ctx.Log()
	a.cancel = append(a.cancel,
		actor.Subscribe(a.sys, func(cluster.ViewChanged) { self.Tell(message{Kind: viewed}) }),
		actor.Subscribe(a.sys, func(e cluster.MemberRemoved) { self.Tell(message{Kind: removed, local: e.Member}) }),
	)
	a.see()
	a.arm(ctx)
	return nil
}

// PostStop ends what PreStart began.
func (a *agent) PostStop(*actor.Context[message]) {
	for _, cancel := range a.cancel {
		cancel()
	}
}

// Receive handles a message of another node, of a caller, or of the agent itself.
func (a *agent) Receive(ctx *actor.Context[message], m message) error {
	if m.Kind.fromAfar() {
		// Who is no member is not heard: not yet, or not any more.
		if m.To == a.members.self.Incarnation && a.members.isPeer(m.From) {
			a.hear(m)
		}
	} else {
		a.act(m)
	}
	a.publish()
	if len(a.pending) > 0 && !a.flushing {
		a.flushing = true
		// Behind the requests that wait already: one flush does for all of them.
		ctx.Self().Tell(message{Kind: flush})
	}
	a.arm(ctx)
	return nil
}

// act handles what comes from the own node.
func (a *agent) act(m message) {
	switch m.Kind {
	case asked:
		a.begin(m.local.(*request))
	case givenUp:
		a.forget(m.local.(*request))
	case viewed:
		a.see()
	case removed:
		member := m.local.(cluster.Member)
		a.bury(map[transport.Address]uint64{member.Address: member.Incarnation})
	case flush:
		a.flush()
	case tick:
		a.armed = 0
		a.gossip()
		a.collect()
	case retry:
		a.retrying = false
		a.ask()
	}
}

// hear handles what comes from another node.
func (a *agent) hear(m message) {
	switch m.Kind {
	case change:
		err := a.take(m)
		switch {
		case m.Ticket == 0:
		case err != nil:
			a.tell(m.From, message{Kind: nack, Ticket: m.Ticket, Reason: err.Error()})
		default:
			a.tell(m.From, message{Kind: ack, Ticket: m.Ticket})
		}
	case ack, nack:
		a.acknowledge(m)
	case read:
		a.tell(m.From, message{
			Kind: answer, Ticket: m.Ticket, Ready: a.ready, Items: a.items(m.Want), Reason: a.refusal(m.Want...),
		})
	case answer:
		a.listen(m)
	case digest:
		a.compare(m)
	case same:
		a.same(m)
	case summary:
		a.explain(m)
	case states:
		a.complete(m)
	case rest:
		a.conclude(m)
	case next:
		a.summarize(m)
	case collect:
		a.surrender(m)
	case collected:
		a.gather(m)
	}
}

// see takes the current view.
func (a *agent) see() {
	fresh := a.members.see(a.membership.View())
	a.forgetStrangers()
	for _, r := range fresh {
		a.greet(r)
	}
	a.catchUp()
	a.settleAll()
	a.collect()
}

// forgetStrangers forgets what concerned peers that are none any more.
func (a *agent) forgetStrangers() {
	maps.DeleteFunc(a.walks, func(r crdt.Replica, _ *walk) bool { return !a.members.isPeer(r) })
	maps.DeleteFunc(a.followed, func(r crdt.Replica, _ progress) bool { return !a.members.isPeer(r) })
	maps.DeleteFunc(a.refused, func(r crdt.Replica, _ map[string]string) bool { return !a.members.isPeer(r) })
}

// take merges what another node has sent, and returns why it could not merge some of it.
func (a *agent) take(m message) (err error) {
	for _, it := range m.Items {
		if _, _, failed := a.mergeFrom(m.From, it); failed != nil {
			err = failed
		}
	}
	return err
}

// mergeFrom is merge, and takes note of what cannot be merged: of such a key this node has
// nothing to say to those who read.
func (a *agent) mergeFrom(from crdt.Replica, it item) (old, other any, err error) {
	old, other, err = a.merge(it)
	if err == nil {
		return old, other, nil
	}
	why := err.Error()
	if a.refused[from][it.Key] != why {
		a.log.Warn("cannot merge what another node has", "node", from.Address, "key", it.Key, "error", err)
	}
	if a.refused[from] == nil {
		a.refused[from] = map[string]string{}
	}
	a.refused[from][it.Key] = why
	return old, other, err
}

// refusal returns why something of one of the keys could not be merged, or "".
func (a *agent) refusal(keys ...string) string {
	for _, p := range a.members.peers {
		for _, key := range keys {
			if why := a.refused[p][key]; why != "" {
				return why
			}
		}
	}
	return ""
}

func (a *agent) tell(to crdt.Replica, m message) {
	ref, known := a.refs[to.Address]
	if !known {
		ref = actor.RefAt[message](a.sys, to.Address, actorPath)
		a.refs[to.Address] = ref
	}
	m.From, m.To = a.members.self, to.Incarnation
	ref.Tell(m)
}

func (a *agent) tellAll(m message) {
	for _, p := range a.members.peers {
		a.tell(p, m)
	}
}

// arm has the timers run that are needed: the tick, which comes late while there is
// nothing to do for it, and the retry while an operation waits.
func (a *agent) arm(ctx *actor.Context[message]) {
	wait := a.gossipInterval
	if a.idle() {
		wait *= 10
	}
	if a.armed != wait {
		a.armed = wait
		ctx.After("tick", wait, message{Kind: tick})
	}
	if len(a.operations) > 0 && !a.retrying {
		a.retrying = true
		ctx.After("retry", a.retryInterval, message{Kind: retry})
	}
}
