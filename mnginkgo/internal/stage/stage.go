package stage

import (
	"context"
	"time"

	"github.com/7aca83c2/multinode/cluster/lease"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/chanpair"
	"github.com/7aca83c2/multinode/transport/netconn"
)

// Stage is the meeting place of one spec's nodes.
type Stage struct {
	sw       *transport.Switch
	barriers barriers
	memory   memory
	leases   *lease.Memory
	machines machines
	matches  func(Predicate) func(transport.Frame) bool
	runners  map[string]Runner
	onFailed func(Failure)
	onFlush  func(context.Context)
	onSaw    func(Sight)
}

var _ Backstage = (*Stage)(nil)

// New returns a stage for nodes on sw, without runners. A barrier gives up after patience. The machine
// of each role is on the network at its address in machines. What a predicate says of a frame it asks
// matches.
func New(sw *transport.Switch, patience time.Duration, at map[string]transport.Address, matches func(Predicate) func(transport.Frame) bool) *Stage {
	return &Stage{
		sw: sw, matches: matches, leases: lease.NewMemory(), memory: memory{began: time.Now()},
		barriers: barriers{patience: patience, open: map[string]*barrier{}, missed: map[string]bool{}},
		machines: machines{network: chanpair.New(sw), addresses: at, deserted: map[string]*netconn.Stack{}},
		runners:  map[string]Runner{}, onFailed: func(Failure) {}, onFlush: func(context.Context) {},
	}
}

// Switch returns the stage's Switch.
func (s *Stage) Switch() *transport.Switch { return s.sw }

// SetRunner says who runs a role, before anybody asks for it.
func (s *Stage) SetRunner(role string, r Runner) { s.runners[role] = r }

// OnFailed has tell called, from the first node on, with what fails on a role outside of what a Director
// has called.
func (s *Stage) OnFailed(tell func(Failure)) { s.onFailed = tell }

// OnFlush has do called, from the first node on, to do what the verb Flush is for. Without it nothing is
// done: in one process nothing is under way.
func (s *Stage) OnFlush(do func(context.Context)) { s.onFlush = do }

func (s *Stage) flush(ctx context.Context, _ Nothing) error {
	s.onFlush(ctx)
	return nil
}

// Failed implements Backstage.
func (s *Stage) Failed(f Failure) {
	s.Log(Entry{Time: time.Now(), Role: f.Role, Text: "FAILED " + f.Brief()})
	s.onFailed(f)
}

// Log implements Backstage.
func (s *Stage) Log(e Entry) { s.memory.lines.add(e) }

// Gone says that a role comes to no barrier, as it has lost its process or its body is over.
func (s *Stage) Gone(role string, lost bool) { s.barriers.miss(role, lost) }

// Back says that a role whose process had ended gets another.
func (s *Stage) Back(role string) { s.barriers.back(role) }
