package actor

import (
	"maps"
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

// links is what a system knows of the other nodes.
type links struct {
	endpoint atomic.Pointer[transport.Endpoint] // nil without a network, and once closed
	names    names
	down     atomic.Pointer[map[life]struct{}] // replaced when it changes, never changed

	// These belong to the receiver of frames.
	last  life // who sent the frame before
	frame tell // the message that is being received

	mu       sync.Mutex
	met      map[transport.Address]uint64 // the incarnation last heard of
	watches  map[uint64]*remoteWatch      // of actors of other nodes, by sequence
	unacked  map[uint64]*unacked
	sequence uint64
	resend   *time.Timer   // nil while nothing is unacked
	awaited  byte          // the kind of frame that Stop waits for
	flushed  chan struct{} // closed when all of them are acknowledged; nil: nobody waits
	closed   bool

	acquainted map[transport.Address]struct{} // watch actors here, or are watched from here
	left       map[life]time.Time             // when they said goodbye
}

// send hands a frame for id to the endpoint.
func (l *links) send(s *System, id identity, frame []byte) error {
	endpoint := l.endpoint.Load()
	switch {
	case s.network == nil:
		return ErrNoNetwork
	case endpoint == nil:
		return ErrStopped
	case l.isDown(life{id.address, id.incarnation}):
		return ErrNodeDown
	case id.address == s.address:
		return ErrIncarnation // a former life of this node
	}
	return (*endpoint).Send(id.address, frame)
}

func (l *links) isDown(who life) bool {
	down := l.down.Load()
	if down == nil {
		return false
	}
	_, ok := (*down)[who]
	return ok
}

// close takes the system off the network, for good.
func (l *links) close() error {
	l.mu.Lock()
	l.closed = true
	l.watches, l.unacked = nil, nil
	if l.resend != nil {
		l.resend.Stop()
	}
	l.mu.Unlock()
	if endpoint := l.endpoint.Swap(nil); endpoint != nil {
		return (*endpoint).Close()
	}
	return nil
}

// names makes one Address of the bytes of each address.
type names struct {
	mu    sync.RWMutex
	known transport.Names
}

func (n *names) of(b []byte) transport.Address {
	n.mu.RLock()
	a, ok := n.known[string(b)]
	n.mu.RUnlock()
	if ok {
		return a
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.known == nil {
		n.known = transport.Names{}
	}
	return n.known.Of(b)
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
// The system does it by itself when a new incarnation sends a frame from the address.
func (s *System) NodeDown(address transport.Address, incarnation uint64) {
	l := &s.links
	l.mu.Lock()
	met := l.met[address]
	l.mu.Unlock()
	if incarnation == 0 {
		incarnation = met
	}
	s.lifeDown(life{address, incarnation}, met == 0 || met == incarnation)
}

// lifeDown ends a life of another node. If it is the latest, what was sent to the
// address and not to any life in particular has ended with it.
func (s *System) lifeDown(who life, latest bool) {
	l := &s.links
	l.mu.Lock()
	if who.address == s.address || l.isDown(who) {
		l.mu.Unlock()
		return
	}
	if who.incarnation != 0 {
		l.addDown(who)
	}
	ended := l.takeWatches(who, latest)
	l.forgetUnacked(func(u *unacked) bool { return u.to == who })
	l.mu.Unlock()
	for _, w := range ended {
		w.watcher.ended(NodeDown)
	}
	for _, in := range s.exports.all() {
		if p, ok := in.(interface{ down(life, bool) }); ok {
			p.down(who, latest)
		}
	}
	Publish(s, IncarnationDown{who.address, who.incarnation})
}

func (l *links) addDown(who life) {
	down := map[life]struct{}{who: {}}
	if old := l.down.Load(); old != nil {
		maps.Copy(down, *old)
	}
	l.down.Store(&down)
}

// met takes note of who sent a frame. When it is a new incarnation of a node, the old
// one is gone: the network has one endpoint at an address at a time.
func (s *System) met(who life) {
	l := &s.links
	if l.last == who {
		return
	}
	l.last = who
	l.mu.Lock()
	old := l.met[who.address]
	l.mu.Unlock()
	if old != 0 && old != who.incarnation {
		// What was sent to the address may have reached the new life already.
		s.lifeDown(life{who.address, old}, false)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.met == nil {
		l.met = map[transport.Address]uint64{}
	}
	l.met[who.address] = who.incarnation
}
