package singleton

import (
	"fmt"

	"github.com/7aca83c2/multinode/actor"
)

// place is an instance on some node.
type place[M any] struct {
	host       life
	generation uint64 // how many that life of the node has had, this one included
	ref        actor.Ref[M]
}

func (p place[M]) isZero() bool { return p.ref.IsZero() }

// guide is the part of a keeper that finds the instance and passes messages on to it.
type guide[M any] struct {
	at     place[M] // the instance, or zero
	held   bool     // it moves: nothing is to be sent to it
	lost   place[M] // the last one that ended, so that late news of it is known as such
	asked  life     // whom the guide asked where the instance is
	buffer []M

	dropped int
}

// deliver passes a message on, or keeps it.
func (k *keeper[M]) deliver(payload M) {
	g := &k.guide
	switch {
	case k.over:
		k.drop(payload, ErrEnded)
	case !g.at.isZero() && !g.held:
		g.at.ref.Tell(payload)
		return
	case len(g.buffer) >= k.config.buffer:
		k.drop(payload, ErrBufferFull)
	default:
		g.buffer = append(g.buffer, payload)
	}
	k.show()
}

func (k *keeper[M]) drop(payload M, cause error) {
	k.guide.dropped++
	to := fmt.Sprintf("%s/%s%s", k.self.Address, frontPrefix, k.name)
	cause = fmt.Errorf("singleton: message %T to %q: %w", payload, to, cause)
	actor.Publish(k.m.System(), actor.DeadLetter{To: to, Message: payload, Cause: cause})
}

// discard drops what waits.
func (k *keeper[M]) discard(cause error) {
	for _, payload := range k.guide.buffer {
		k.drop(payload, cause)
	}
	k.guide.buffer = nil
	k.show()
}

// considerAsking asks the one whose turn it is where its instance is.
func (k *keeper[M]) considerAsking() {
	g := &k.guide
	to := k.turn.host
	switch {
	case !g.at.isZero() || k.over || to == k.self || to == life{}:
		g.asked = life{}
	case g.asked != to:
		g.asked = to
		k.send(to, message[M]{Kind: where})
	}
}

// found handles the news that there is an instance somewhere.
func (k *keeper[M]) found(p place[M]) {
	g := &k.guide
	late := p.host == g.lost.host && p.generation <= g.lost.generation
	known := p.host == g.at.host && p.generation <= g.at.generation
	elsewhere := !g.at.isZero() && !g.held && p.host != g.at.host
	if k.over || late || known || elsewhere {
		return
	}
	if !g.at.isZero() && g.at.host != k.self {
		k.ctx.Unwatch(g.at.ref)
	}
	g.at, g.held, g.asked = p, false, life{}
	if p.host != k.self {
		k.ctx.Watch(p.ref)
	}
	for _, payload := range g.buffer {
		p.ref.Tell(payload)
	}
	g.buffer = nil
	k.show()
	actor.Publish(k.m.System(), Located{k.name, p.host.Address})
}

// lose handles the end of the instance that was known.
func (k *keeper[M]) lose() {
	g := &k.guide
	if g.at.isZero() {
		return
	}
	if g.at.host != k.self {
		k.ctx.Unwatch(g.at.ref)
	}
	g.lost = place[M]{host: g.at.host, generation: g.at.generation}
	g.at, g.held = place[M]{}, false
	k.show()
	actor.Publish(k.m.System(), Located{k.name, ""})
}

// holdBack has messages wait until the instance has moved.
func (k *keeper[M]) holdBack(from life, generation uint64) {
	g := &k.guide
	switch {
	case g.at.host != from:
		g.lost = place[M]{host: from, generation: generation}
	case g.at.generation == generation:
		g.held = true
	}
	k.send(from, message[M]{Kind: held, Generation: generation})
}

// hasStopped handles the news that a node has no instance any more.
func (k *keeper[M]) hasStopped(m message[M]) {
	if m.ForGood {
		k.retired[m.Of] = true
	}
	if k.guide.at.host == m.Of && !k.guide.at.isZero() {
		k.lose()
	}
	k.consider()
}
