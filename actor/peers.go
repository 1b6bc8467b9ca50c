package actor

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/7aca83c2/multinode/transport"
)

// life is one incarnation of a node.
type life struct {
	address     transport.Address
	incarnation uint64
}

// peers is what a system knows of the other nodes.
type peers struct {
	endpoint atomic.Pointer[transport.Endpoint] // nil without a network, and once closed
	refused  refused

	knownMu sync.RWMutex
	known   map[transport.Address]*peer

	// The receiver of frames has these to itself while no timer may come in between.
	in     sync.Mutex // it is taken before all others
	held   bool       // in is, by the receiver or a timer
	timers atomic.Int32
	flows  map[life]*flow
	last   *flow  // of the frame before
	letter letter // the message that is being received
	found  found  // whom it was for

	mu       sync.Mutex
	watches  map[uint64]*remoteWatch // of actors of other nodes, by sequence
	unacked  map[uint64]*unacked
	sequence uint64
	resend   *time.Timer   // nil while nothing is unacked
	awaited  byte          // the kind of frame that Stop waits for
	flushed  chan struct{} // closed when all of them are acknowledged; nil: nobody waits
	closed   bool

	acquainted map[transport.Address]struct{} // watch actors here, or are watched from here
	left       map[life]time.Time             // when they said goodbye
}

func (l *peers) init() {
	l.known, l.flows = map[transport.Address]*peer{}, map[life]*flow{}
	l.watches, l.unacked = map[uint64]*remoteWatch{}, map[uint64]*unacked{}
	l.acquainted, l.left = map[transport.Address]struct{}{}, map[life]time.Time{}
}

// forward hands a frame for an incarnation of a node, or for any if that is 0, to the
// endpoint.
func (l *peers) forward(s *System, to *peer, incarnation uint64, frame []byte, who numbered) error {
	endpoint, err := l.ready(s, to, incarnation)
	if err != nil {
		return err
	}
	return to.transmit(endpoint, frame, who)
}

// ready returns the endpoint, or why nothing can be sent to an incarnation of a node.
func (l *peers) ready(s *System, to *peer, incarnation uint64) (transport.Endpoint, error) {
	endpoint := l.endpoint.Load()
	switch {
	case s.network == nil:
		return nil, ErrNoNetwork
	case endpoint == nil:
		return nil, ErrStopped
	case to.address == s.address:
		return nil, ErrIncarnation // a former life of this node
	}
	return *endpoint, to.refusal(incarnation)
}

// close takes the system off the network, for good.
func (l *peers) close() error {
	l.mu.Lock()
	l.closed = true
	l.watches, l.unacked = nil, nil
	if l.resend != nil {
		l.resend.Stop()
	}
	l.mu.Unlock()
	l.closeBacklogs()
	var err error
	if endpoint := l.endpoint.Swap(nil); endpoint != nil {
		err = (*endpoint).Close()
	}
	l.closeIn()
	return err
}

// IncarnationDown is published on the system's event stream when an incarnation of
// another node is declared down, or seen to be gone because a new one has its address.
type IncarnationDown struct {
	Address     transport.Address
	Incarnation uint64
}

// NodeDown declares an incarnation of another node dead. Those who watch actors there
// are told they have ended, asks under way to it fail, what it sends is ignored (save by
// actors that HearDown), and what is sent to it is a dead letter. That cannot be undone; a node that comes back
// has another incarnation. Incarnation 0 is the one last heard of.
//
// The system does it by itself when a new incarnation proves that it lives at the address.
func (s *System) NodeDown(address transport.Address, incarnation uint64) {
	if address == s.address {
		return
	}
	l, p := &s.peers, s.peers.peer(address)
	met := p.met.Load()
	if incarnation == 0 {
		incarnation = met
	}
	l.mu.Lock()
	done := p.isDown(incarnation)
	if !done && incarnation != 0 {
		p.setDown(incarnation)
	}
	l.mu.Unlock()
	if done {
		return
	}
	// If it is the latest, what was sent to the address has ended with it.
	s.end(&ending{address: address, first: incarnation, last: incarnation, latest: met == 0 || met == incarnation, err: ErrNodeDown})
	Publish(s, IncarnationDown{address, incarnation})
}

// NodeReplaced declares dead, as NodeDown does, every incarnation of another node before
// this one, whether the system has met it or not.
func (s *System) NodeReplaced(address transport.Address, by uint64) {
	if address != s.address {
		p := s.peers.peer(address)
		s.replaced(p, by, p.met.Load(), 0)
	}
}

// replaced ends the life that was met before another one, and all that are older than
// that. What was sent to the address may have reached the new life, unless it was sent in
// a frame before the first.
func (s *System) replaced(p *peer, by, met, first uint64) {
	l := &s.peers
	ends := met != 0 && met < by && !p.isDown(met)
	l.mu.Lock()
	older := by > p.former.Load()
	if older {
		p.setFormer(by)
	}
	l.mu.Unlock()
	if older || first > 0 {
		s.end(&ending{address: p.address, first: 1, last: by - 1, before: first, err: errFormerLife})
	}
	switch {
	case ends:
		Publish(s, IncarnationDown{p.address, met})
	case met > by && first > 0: // its clock was set back
		s.NodeDown(p.address, met)
	}
}
