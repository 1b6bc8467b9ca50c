package actor

import (
	"fmt"
	"log/slog"
	"reflect"
	"sync"
	"sync/atomic"
	"time"

	"github.com/7aca83c2/multinode/transport"
)

// System is the actors of one node. Make one with NewSystem. Its methods may be called
// from several goroutines.
type System struct {
	network        transport.Network
	address        transport.Address
	incarnation    uint64
	incarnationSet bool
	log            *slog.Logger

	root *cell[struct{}]
	uids atomic.Uint64
	// removals counts the actors that were taken out of the tree.
	removals atomic.Uint64
	dead     atomic.Uint64
	events   stream
	exports  exports
	peers    peers

	extensions extensions
	seeds      seeds
	later      func(name string, run func()) // nil: at once; see WithTurns

	killed   atomic.Bool
	ended    chan struct{}  // closed when the last actor has stopped
	burials  sync.WaitGroup // actors that have ended, but not yet told all who watch them
	over     chan struct{}  // closed when Stop or Kill is done with the endpoint
	overOnce sync.Once
}

// NewSystem starts a system without actors. It returns an error if the network has no
// endpoint at the address, or if an option makes no sense.
func NewSystem(opts ...SystemOption) (*System, error) {
	s := &System{
		log:     slog.New(slog.DiscardHandler),
		exports: makeExports(), extensions: extensions{made: map[reflect.Type]any{}},
		ended: make(chan struct{}), over: make(chan struct{}),
	}
	s.peers.init()
	for _, o := range opts {
		o.apply(s)
	}
	if s.incarnation == 0 {
		if s.incarnationSet {
			return nil, fmt.Errorf("actor: system %q: incarnation 0: it means any", s.address)
		}
		s.incarnation = nextIncarnation()
	}
	s.root = newCell(s, "", &options{strategy: Stop{}}, Actor[struct{}](Func[struct{}](ignore)))
	s.root.state = running
	if s.network == nil {
		return s, nil
	}
	endpoint, err := s.network.Open(s.address, s.receive)
	if err != nil {
		return nil, fmt.Errorf("actor: system %q: %w", s.address, err)
	}
	s.peers.endpoint.Store(&endpoint)
	return s, nil
}

// ignore is the Actor at the root, which only has children.
func ignore(*Context[struct{}], struct{}) error { return nil }

// Address returns the node's address, or "" if the system has no network.
func (s *System) Address() transport.Address { return s.address }

// lastIncarnation is the largest that this process has given by itself.
var lastIncarnation atomic.Uint64

// nextIncarnation returns the time in nanoseconds, or one more than it last returned:
// a later life at an address must have the larger number.
func nextIncarnation() uint64 {
	for {
		last := lastIncarnation.Load()
		next := max(uint64(time.Now().UnixNano()), last+1)
		if lastIncarnation.CompareAndSwap(last, next) {
			return next
		}
	}
}

// Incarnation returns the number that tells this life of the node from others at its
// address. It is not 0.
func (s *System) Incarnation() uint64 { return s.incarnation }

// String returns the address and the incarnation, as in "b#1f".
func (s *System) String() string { return fmt.Sprintf("%s#%x", s.address, s.incarnation) }

// Actors returns the actors that have not ended, parents before their children. It is
// meant for diagnosis: it may be out of date when it returns.
func (s *System) Actors() []AnyRef {
	var refs []AnyRef
	var list func(n *node)
	list = func(n *node) {
		for _, c := range n.children() {
			refs = append(refs, c.typed.ref())
			list(c)
		}
	}
	list(&s.root.node)
	return refs
}

func (s *System) asParent() *node { return &s.root.node }

// withdraw takes an actor that has ended out of what frames can reach.
func (s *System) withdraw(n *node) {
	n.mu.Lock()
	exported := n.exported
	n.mu.Unlock()
	if exported {
		s.exports.withdraw(n)
	}
}
