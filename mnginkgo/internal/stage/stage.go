package stage

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/7aca83c2/multinode/cluster/lease"
	"github.com/7aca83c2/multinode/mnginkgo/internal/scratch"
	"github.com/7aca83c2/multinode/transport"
)

// Stage is the meeting place of one spec's nodes.
type Stage struct {
	sw       *transport.Switch
	timeline timeline
	barriers *barriers
	leases   *lease.Memory
	machines machines
	matches  func(Predicate) func(transport.Frame) bool

	mu      sync.Mutex
	runners map[string]Runner
	failed  func(Failure)
}

var (
	_ Director  = (*Stage)(nil)
	_ Backstage = (*Stage)(nil)
)

// New returns a stage for nodes on sw, without runners. A barrier gives up after
// patience. What a predicate says of a frame it asks matches.
func New(sw *transport.Switch, patience time.Duration, matches func(Predicate) func(transport.Frame) bool) *Stage {
	return &Stage{sw: sw, matches: matches, barriers: newBarriers(patience), leases: lease.NewMemory(), runners: map[string]Runner{}}
}

// Switch returns the stage's Switch.
func (s *Stage) Switch() *transport.Switch { return s.sw }

// SetRunner says who runs a role.
func (s *Stage) SetRunner(role string, r Runner) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.runners[role] = r
}

// OnFailed has tell called with what fails on a role outside of what a Director has called.
func (s *Stage) OnFailed(tell func(Failure)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failed = tell
}

// Failed implements Backstage.
func (s *Stage) Failed(f Failure) {
	s.Log(Entry{Time: time.Now(), Role: f.Role, Text: "FAILED " + f.Brief()})
	s.mu.Lock()
	tell := s.failed
	s.mu.Unlock()
	if tell != nil {
		tell(f)
	}
}

// Flush implements Director: in one process nothing is under way.
func (s *Stage) Flush(context.Context) error { return nil }

func (s *Stage) runner(role string) (Runner, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.runners[role]; r != nil {
		return r, nil
	}
	return nil, fmt.Errorf("stage: no process runs role %q", role)
}

// Call implements Director.
func (s *Stage) Call(ctx context.Context, role, method string, body []byte) ([]byte, error) {
	r, err := s.runner(role)
	if err != nil {
		return nil, err
	}
	return r.Call(ctx, method, body)
}

// Crash implements Director.
func (s *Stage) Crash(ctx context.Context, role string) error {
	r, err := s.runner(role)
	if err != nil {
		return err
	}
	return errors.Join(r.Crash(ctx), s.Reclaim(ctx, role))
}

// Mend implements Director.
func (s *Stage) Mend(_ context.Context, links []transport.Link) error {
	s.sw.Mend(links...)
	return nil
}

// Stats implements Director.
func (s *Stage) Stats(context.Context) ([]transport.Stats, error) { return s.sw.Stats(), nil }

// Note implements Director.
func (s *Stage) Note(_ context.Context, text string) error {
	s.Log(Entry{Time: time.Now(), Text: text})
	return nil
}

// Gather implements Director.
func (s *Stage) Gather(context.Context) error {
	s.barriers.reset()
	return nil
}

// Barred implements Director.
func (s *Stage) Barred(context.Context) ([]string, error) { return s.barriers.waiting(), nil }

// Timeline implements Director.
func (s *Stage) Timeline(context.Context) ([]Entry, error) { return s.timeline.entries(), nil }

// Barrier implements Backstage.
func (s *Stage) Barrier(ctx context.Context, role, name string, parties []string) error {
	return s.barriers.enter(ctx, role, name, parties)
}

// Ended implements Backstage.
func (s *Stage) Ended(_ context.Context, role string) error {
	s.barriers.end(role)
	return nil
}

// Acquire implements Backstage.
func (s *Stage) Acquire(ctx context.Context, l Lease, owner string) (bool, error) {
	return s.leases.Lease(l.Name, l.TTL).Acquire(ctx, owner)
}

// Release implements Backstage.
func (s *Stage) Release(ctx context.Context, l Lease, owner string) error {
	return s.leases.Lease(l.Name, l.TTL).Release(ctx, owner)
}

// MakeDir implements Backstage.
func (s *Stage) MakeDir(_ context.Context, path string) error { return scratch.Own.MakeDir(path) }

// Lost says that a role's process is gone: no barrier need wait for it.
func (s *Stage) Lost(role string) { s.barriers.lose(role) }

// Back says that a role whose process had ended gets another.
func (s *Stage) Back(role string) { s.barriers.back(role) }

// Log implements Backstage.
func (s *Stage) Log(e Entry) { s.timeline.add(e) }
