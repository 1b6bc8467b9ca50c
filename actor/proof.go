package actor

import (
	"time"

	"github.com/7aca83c2/multinode/transport"
)

// A frame of another incarnation than the one that was met at an address says that the
// node was restarted, and that ends whatever had to do with the former life. One frame is
// not believed in that. The new life is sent a hello, which is for it alone, and only its
// answer, the proof, ends the other. What it has sent meanwhile is handled then.

// maxHellos bounds how often a life is asked for its proof: for five seconds. It is asked
// again when it sends something new.
const maxHellos = 25

// admit reports whether the frames of a flow may be handled. If they may not yet, it asks
// for proof.
func (s *System) admit(f *flow) bool {
	p := f.peer
	met, me := p.met.Load(), f.from.incarnation
	switch {
	case p.isDown(me): // no life ends by that, and few hear it
	case met == me:
	case met == 0, p.isDown(met):
		s.peers.settle(f)
	default:
		s.askForProof(f)
		return false
	}
	f.open = true
	return true
}

// settle has a life be the one that lives at its address.
func (l *peers) settle(f *flow) {
	f.peer.met.Store(f.from.incarnation)
	l.endFlows(f)
}

// askForProof says hello, unless it has just been said, or often enough.
func (s *System) askForProof(f *flow) {
	if !f.due.IsZero() {
		return
	}
	if f.hellos == maxHellos {
		s.giveUp(f)
		s.peers.last = nil
		delete(s.peers.flows, f.from)
		return
	}
	if f.asked == 0 {
		f.asked = s.peers.nextSequence()
	}
	f.hellos++
	s.sendUnnumbered(f, frameHello, f.asked, f.peer.next())
	s.arm(f, time.Now().Add(resendEvery))
}

// receiveUnnumbered handles hello and proof.
func (s *System) receiveUnnumbered(f *flow, h *header, in reader) {
	sequence, number := in.uvarint(), in.uvarint()
	switch {
	case in.short:
		s.refuseDamaged(f.from.address)
	case h.receiver != s.incarnation || f.peer.isDown(f.from.incarnation):
	case h.kind == frameHello:
		f.begin(number)
		s.sendUnnumbered(f, frameProof, sequence, f.first)
	case h.kind == frameProof && !f.open && f.asked != 0 && f.asked == sequence:
		s.proven(f, number)
	}
}

// proven ends the life that was met before. What was sent to the address in frames before
// the first that counts will not be answered.
func (s *System) proven(f *flow, first uint64) {
	old := f.peer.met.Load()
	s.peers.stop(f)
	f.open = true
	s.peers.settle(f)
	s.replaced(f.peer, f.from.incarnation, old, first)
	s.drain(f)
}

// sendUnnumbered sends a frame that belongs into no order.
func (s *System) sendUnnumbered(f *flow, kind byte, numbers ...uint64) {
	endpoint := s.peers.endpoint.Load()
	if endpoint == nil {
		return
	}
	frame := s.systemFrame(f.from, kind, numbers...)
	seal(frame, 0)
	_ = (*endpoint).Send(f.from.address, frame)
}

// ending says which lives of a node are over.
type ending struct {
	address     transport.Address
	first, last uint64 // the incarnations; none if last is 0
	err         error  // for who waits for them

	// What was sent to the address, and to no life in particular, is over as well if it is
	// the latest that ends, or if it was sent in a frame before this one.
	latest bool
	before uint64
}

func (e *ending) covers(incarnation uint64) bool {
	return incarnation != 0 && e.first <= incarnation && incarnation <= e.last
}

// end tells everybody who has to do with lives that are over. l.mu is not held.
func (s *System) end(e *ending) {
	l := &s.peers
	l.mu.Lock()
	watches := l.takeWatches(e)
	l.forgetUnacked(func(u *unacked) bool { return u.to.address == e.address && e.covers(u.to.incarnation) })
	l.mu.Unlock()
	l.peer(e.address).dropBacklog(e)
	for _, w := range watches {
		w.watcher.ended(NodeDown)
	}
	for _, in := range s.exports.all() {
		if p, ok := in.(interface{ over(*ending) }); ok {
			p.over(e)
		}
	}
}
