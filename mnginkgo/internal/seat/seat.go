package seat

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/7aca83c2/multinode/mnginkgo/internal/broker"
	"github.com/7aca83c2/multinode/mnginkgo/internal/durations"
	"github.com/7aca83c2/multinode/mnginkgo/internal/rolecode"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/netconn"
)

// Seat runs the nodes of one role, one after another, in this process. What a
// Director wants of it comes in through Call.
type Seat struct {
	backstage stage.Backstage
	network   transport.Network
	house     *rolecode.House
	script    Script
	waits     durations.Loan // Gomega's durations, while the spec's are in force

	mu    sync.Mutex
	owner *rolecode.Owner // of the spec's code; nil before the first boot
	node  *Node           // the latest; nil before the first boot
}

var _ broker.Seat = (*Seat)(nil)

// New returns a seat for roles of one spec after another, on that network.
func New(backstage stage.Backstage, network transport.Network, house *rolecode.House, script Script) *Seat {
	return &Seat{backstage: backstage, network: network, house: house, script: script}
}

// Call implements stage.Runner. It returns when ctx has ended, whatever the code on the
// role does: what is stuck is found when the node is to stop.
func (s *Seat) Call(ctx context.Context, method string, body []byte) ([]byte, error) {
	do := methods[method]
	if do == nil {
		return nil, fmt.Errorf("unknown method %q", method)
	}
	if s.house.Hosts() { // the director is at the other end of a connection, and does not wait
		return do(s, ctx, body)
	}
	type result struct {
		data []byte
		err  error
	}
	returned := make(chan result, 1)
	go func() {
		data, err := do(s, ctx, body)
		returned <- result{data, err}
	}()
	select {
	case r := <-returned:
		return r.data, r.err
	case <-ctx.Done():
	}
	select {
	case r := <-returned: // both
		return r.data, r.err
	default:
		return nil, context.Cause(ctx)
	}
}

// Vacate implements broker.Seat: a node that is left is crashed.
func (s *Seat) Vacate(ctx context.Context) (left int, err error) {
	err = s.Crash(ctx)
	o := s.owns()
	if o == nil {
		return 0, err
	}
	left = s.house.Leave(ctx, o)
	s.mu.Lock()
	s.owner, s.node = nil, nil
	s.mu.Unlock()
	s.waits.Return()
	return left, err
}

// Clean implements broker.Seat.
func (s *Seat) Clean(ctx context.Context) { s.house.Clean(ctx) }

// Mark implements broker.Seat.
func (s *Seat) Mark(mark string) { s.house.Mark(mark) }

// owns returns whose code runs here, or nil before the first boot.
func (s *Seat) owns() *rolecode.Owner {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.owner
}

// current returns the node that runs, and whose code runs with it.
func (s *Seat) current() (*Node, *rolecode.Owner, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.owner == nil || s.node == nil || !s.node.runs {
		return nil, nil, errors.New("no node runs here")
	}
	return s.node, s.owner, nil
}

// clear has the node run no more, and returns the latest one, which may be nil, and whether it ran.
func (s *Seat) clear() (node *Node, ran bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.node != nil {
		ran, s.node.runs = s.node.runs, false
		s.node.unwatch()
	}
	return s.node, ran
}

// Script is what the seats of a process run, and for how long.
type Script struct {
	// Plan returns how nodes of a role are made. Plans are the same in all processes.
	Plan                     func(number int, role string) Plan
	BootTimeout, StopTimeout time.Duration
}

// Plan is how nodes of a role are made.
type Plan struct {
	NetAddress transport.Address // of their stack on the network
	Net        []netconn.Option
	LogLevel   slog.Level
	Part       func(*Node) Part
}

// Part is the code of the user's for one node.
type Part struct {
	// Boot starts the node and returns it. What it returns may have the methods Leave and Stop, which
	// take a context and return an error, and Crash.
	Boot      func(ctx context.Context) (instance any, err error)
	Defaulted func() bool               // DefaultBoot has had a part in that
	Booted    func(ctx context.Context) // runs what is to run on each node that has booted
	// Body and Command run one, by its number. The report is Ginkgo's of the spec, in JSON.
	Body    func(ctx context.Context, number int, report []byte)
	Command func(ctx context.Context, number int, argument []byte) ([]byte, error)
	View    func() ([]byte, error) // what the node sees, encoded
	// Watch has saw called with what a record has of what the node sees, encoded, and again whenever
	// that changes, until the context ends. It returns at once.
	Watch func(ctx context.Context, saw func(stage.Sight))
	Skew  func(by time.Duration) // sets the node's clock ahead
}

// Within returns a context that ends after d, and says which setting that was.
func Within(ctx context.Context, d time.Duration, setting string) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, d, fmt.Errorf("not done after %v, the %s", d, setting))
}
