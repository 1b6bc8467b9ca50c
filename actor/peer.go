package actor

import (
	"slices"
	"sync"
	"sync/atomic"

	"github.com/7aca83c2/multinode/transport"
)

// peer is what a system knows of the node at an address, through all its lives.
type peer struct {
	address transport.Address
	met     atomic.Uint64            // the incarnation that lives there as far as is known, or 0
	former  atomic.Uint64            // every incarnation before this one is over
	down    atomic.Pointer[[]uint64] // others that are over; replaced, never changed

	backlog atomic.Pointer[backlog] // nil: nothing ever waited for it

	mu   sync.Mutex
	sent uint64 // the number of the frame sent last
}

// peer returns that of an address. There is one for each, so that Refs can be compared.
func (l *peers) peer(address transport.Address) *peer {
	l.knownMu.RLock()
	p := l.known[address]
	l.knownMu.RUnlock()
	if p != nil {
		return p
	}
	l.knownMu.Lock()
	defer l.knownMu.Unlock()
	if p = l.known[address]; p == nil {
		p = &peer{address: address}
		l.known[address] = p
	}
	return p
}

// addressOf returns b as an Address. Neither a comparison nor a look-up copies b, so that
// one which is known costs no memory.
func (s *System) addressOf(b []byte) transport.Address {
	if string(b) == string(s.address) {
		return s.address
	}
	s.peers.knownMu.RLock()
	defer s.peers.knownMu.RUnlock()
	if p := s.peers.known[transport.Address(b)]; p != nil {
		return p.address
	}
	return transport.Address(b)
}

// isDown reports whether an incarnation is over. Incarnation 0, any, never is.
func (p *peer) isDown(incarnation uint64) bool {
	if incarnation == 0 {
		return false
	}
	down := p.down.Load()
	return incarnation < p.former.Load() || down != nil && slices.Contains(*down, incarnation)
}

func (l *peers) isDown(who life) bool { return l.peer(who.address).isDown(who.incarnation) }

// setDown notes that an incarnation is over. The mu of peers is held.
func (p *peer) setDown(incarnation uint64) {
	down := []uint64{incarnation}
	if old := p.down.Load(); old != nil {
		down = append(down, *old...)
	}
	p.down.Store(&down)
}

// setFormer notes that all incarnations before this one are over. The mu of peers is held.
func (p *peer) setFormer(incarnation uint64) {
	p.former.Store(incarnation)
	if old := p.down.Load(); old != nil {
		left := slices.DeleteFunc(slices.Clone(*old), func(other uint64) bool { return other < incarnation })
		p.down.Store(&left)
	}
}

// refusal returns why nothing is sent to an incarnation that is over, or nil.
func (p *peer) refusal(incarnation uint64) error {
	switch {
	case incarnation == 0:
		return nil
	case incarnation < max(p.former.Load(), p.met.Load()):
		return errFormerLife
	case p.isDown(incarnation):
		return ErrNodeDown
	}
	return nil
}

// numbered is who wants to know the number of the frame that it is sent in.
type numbered interface{ sentAs(number uint64) }

// asNumbered returns who asks as one who wants to know, or nil.
func asNumbered(asked failer) numbered {
	n, _ := asked.(numbered)
	return n
}

// transmit numbers a frame and hands it to the endpoint. Frames leave in the order of their
// numbers, or the receiver would take those that are late for repeated ones.
func (p *peer) transmit(endpoint transport.Endpoint, frame []byte, who numbered) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if who != nil {
		who.sentAs(p.sent + 1)
	}
	seal(frame, p.sent+1)
	err := endpoint.Send(p.address, frame)
	if err == nil {
		p.sent++
	}
	return err
}

// next returns the number of the frame that is sent next.
func (p *peer) next() uint64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.sent + 1
}
