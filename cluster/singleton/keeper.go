package singleton

import (
	"maps"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/transport"
)

// keeper is the actor that keeps one singleton on one node. It is a host, which may run
// the instance, and a guide, which finds the instance for those who send to it.
type keeper[M any] struct {
	config
	m     *cluster.Membership
	name  string
	self  life
	hosts bool
	ctx   *actor.Context[message[M]] // of the message being handled
	peers map[transport.Address]actor.Ref[message[M]]

	view    cluster.View
	turn    turn
	retired map[life]bool // these never run an instance again
	over    bool          // the node is no member any more
	armed   bool          // a tick is under way
	cancel  []func()

	host  host[M]
	guide guide[M]
}

var (
	_ actor.PreStarter[message[int]]  = (*keeper[int])(nil)
	_ actor.PostStopper[message[int]] = (*keeper[int])(nil)
	_ actor.Watcher[message[int]]     = (*keeper[int])(nil)
)

func newKeeper[M any](m *cluster.Membership, name string, factory func() actor.Actor[M], c config) *keeper[M] {
	self := m.Self()
	k := &keeper[M]{
		config: c, m: m, name: name, self: lifeOf(self),
		hosts:   factory != nil && (c.role == "" || self.HasRole(c.role)),
		peers:   map[transport.Address]actor.Ref[message[M]]{},
		retired: map[life]bool{},
	}
	k.host = host[M]{factory: factory, followers: map[life]bool{}, asked: map[life]bool{}}
	return k
}

// PreStart has the keeper learn of every change of the view.
func (k *keeper[M]) PreStart(ctx *actor.Context[message[M]]) error {
	k.ctx = ctx
	sys, self := ctx.System(), ctx.Self()
	k.cancel = append(k.cancel,
		actor.Subscribe(sys, func(cluster.ViewChanged) { self.Tell(message[M]{Kind: changed}) }),
		actor.Subscribe(sys, func(cluster.Ended) { self.Tell(message[M]{Kind: ended}) }))
	select {
	case <-k.m.Done(): // before the subscription, maybe
		k.end()
	default:
	}
	k.look()
	k.show()
	k.settle()
	return nil
}

// Receive handles a message of this node or of another keeper.
func (k *keeper[M]) Receive(ctx *actor.Context[message[M]], m message[M]) error {
	k.ctx = ctx
	switch m.Kind {
	case deliver:
		k.deliver(m.Payload)
		return nil
	case changed:
		k.look()
	case ended:
		k.end()
	case retire:
		k.host.replies = append(k.host.replies, m.Reply)
		k.retire()
	case tick:
		k.armed = false
		k.again()
	default:
		k.receive(m)
	}
	k.settle()
	return nil
}

// receive handles a message of another keeper.
func (k *keeper[M]) receive(m message[M]) {
	if m.To != k.self {
		if m.Kind == yield && m.To.Incarnation < k.self.Incarnation {
			// Two lives of a node are never there at the same time.
			k.send(m.From, message[M]{Kind: stopped, Of: m.To, ForGood: true})
		}
		return
	}
	switch m.Kind {
	case where:
		k.follow(m.From)
	case here:
		k.found(place[M]{m.From, m.Generation, m.Instance})
	case hold:
		k.holdBack(m.From, m.Generation)
	case held:
		k.hasHeld(m.From, m.Generation)
	case yield:
		k.yieldTo(m.From)
	case stopped:
		k.hasStopped(m)
	}
}

// Terminated handles the end of the instance, here or elsewhere.
func (k *keeper[M]) Terminated(ctx *actor.Context[message[M]], t actor.Terminated) error {
	k.ctx = ctx
	if k.host.phase != idle && t.Ref == actor.AnyRef(k.host.instance) {
		k.instanceEnded()
	} else if t.Ref == actor.AnyRef(k.guide.at.ref) {
		k.lose()
		k.consider()
	}
	k.settle()
	return nil
}

// PostStop makes dead letters of what waits. The instance has ended by now.
func (k *keeper[M]) PostStop(*actor.Context[message[M]]) {
	for _, cancel := range k.cancel {
		cancel()
	}
	if k.host.phase != idle {
		k.host.phase = idle
		actor.Publish(k.m.System(), Stopped{k.name})
	}
	k.guide.at = place[M]{}
	k.discard(ErrEnded)
	k.show()
}

// look takes in the current view, and acts on it.
func (k *keeper[M]) look() {
	before := k.view
	k.view = k.m.View()
	for _, m := range gone(before, k.view) {
		l := lifeOf(m)
		if self, ok := k.view.Member(k.self.Address); ok && m.Older(self) && m.Number > 0 && !k.retired[l] && mayLive(m, k.view) {
			k.notBefore(k.margin)
		}
		delete(k.retired, l)
		delete(k.host.followers, l)
		delete(k.host.asked, l)
		delete(k.host.holding, l)
	}
	k.consider()
}

// consider takes the steps that are due in the view, as far as it is known who has retired.
func (k *keeper[M]) consider() {
	k.turn = decide(k.view, k.role, k.retired)
	k.considerHosting()
	k.considerAsking()
}

// end stops everything: the node is no member any more.
func (k *keeper[M]) end() {
	if k.over {
		return
	}
	k.over = true
	k.retired[k.self] = true
	k.quit()
	k.lose()
	k.discard(ErrEnded)
}

// again repeats what has got no answer.
func (k *keeper[M]) again() {
	k.host.asked = map[life]bool{}
	k.guide.asked = life{}
	k.consider()
	if k.host.phase == moving {
		k.askToHold()
	}
}

// settle ends the handling of anything: it answers who waits for this node to retire,
// and has a tick come if there is something to ask again.
func (k *keeper[M]) settle() {
	k.reply()
	waits := len(k.host.asked) > 0 || k.guide.asked != (life{}) || k.host.phase == moving
	if waits && !k.armed && !k.over {
		k.armed = true
		k.ctx.After("tick", k.retry, message[M]{Kind: tick})
	}
}

func (k *keeper[M]) send(to life, m message[M]) {
	peer, known := k.peers[to.Address]
	if !known {
		peer = actor.RefAt[message[M]](k.m.System(), to.Address, "/"+keeperPrefix+k.name)
		k.peers[to.Address] = peer
	}
	m.From, m.To = k.self, to
	if m.Kind == held { // behind what was sent to the instance
		peer.TellLast(m)
	} else {
		peer.Tell(m)
	}
}

// audience are those who want to know what becomes of the instance.
func (k *keeper[M]) audience() []life {
	all := maps.Clone(k.host.followers)
	for _, m := range k.view.Members {
		if k.role == "" || m.HasRole(k.role) {
			all[lifeOf(m)] = true
		}
	}
	delete(all, k.self)
	return sorted(all)
}

// show writes down what is known.
func (k *keeper[M]) show() {
	boardOf(k.m.System()).write(Info{
		Name: k.name, Address: k.guide.at.host.Address, Here: k.host.phase != idle,
		Buffered: len(k.guide.buffer), Dropped: k.guide.dropped,
	})
}

// notBefore has the host wait for some time before it starts an instance.
func (k *keeper[M]) notBefore(d time.Duration) {
	if due := time.Now().Add(d); due.After(k.host.due) {
		k.host.due = due
	}
}
