package transport

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"
)

// Switch decides the fate of every frame between the addresses of one cluster.
// Make one with NewSwitch. Its methods may be called from several goroutines.
type Switch struct {
	limit int
	trace func(Frame, Verdict)

	mu      sync.RWMutex // guards the map; each inbox has a lock of its own
	inboxes map[Address]*inbox
}

// Option is a choice made in NewSwitch.
type Option interface{ apply(*Switch) }

type option func(*Switch)

func (o option) apply(s *Switch) { o(s) }

// WithQueueLimit bounds what may wait for one receiver, and what one link may
// hold, in bytes. A frame beyond it is dropped and counted. The default is 64 MiB.
func WithQueueLimit(bytes int) Option { return option(func(s *Switch) { s.limit = bytes }) }

// WithTrace has the Switch call trace with every frame and its verdict, under the
// lock of the receiver's queue. The default is none.
func WithTrace(trace func(Frame, Verdict)) Option { return option(func(s *Switch) { s.trace = trace }) }

// NewSwitch returns a Switch without endpoints, all of whose links are clear.
func NewSwitch(options ...Option) *Switch {
	s := &Switch{limit: 64 << 20, inboxes: map[Address]*inbox{}}
	for _, o := range options {
		o.apply(s)
	}
	return s
}

// SetRule puts a rule at the end of the link's chain, in place of an earlier one
// of the same name. It judges the frames sent from now on.
func (s *Switch) SetRule(l Link, name string, rule Rule) {
	in := s.inbox(l.To)
	in.mu.Lock()
	defer in.mu.Unlock()
	ln := in.lane(l.From)
	ln.setRule(name, rule)
}

// ClearRule takes the rule of that name off the link; without one it does nothing.
func (s *Switch) ClearRule(l Link, name string) {
	in := s.inbox(l.To)
	in.mu.Lock()
	defer in.mu.Unlock()
	in.lane(l.From).clearRule(name)
}

// cutRule is the name under which Cut puts its rule.
const cutRule = "cut"

// Cut stops the links: their frames are dropped until Mend. When it returns nil,
// no frame of theirs reaches its receiver any more, whether it waited in a queue
// or was under way to the receiver's process. It returns an error if a receiver's
// process did not confirm that before ctx ended; the links are cut all the same.
func (s *Switch) Cut(ctx context.Context, links ...Link) error {
	return s.recall(ctx, links, func(ln *lane) {
		ln.setRule(cutRule, cut)
		ln.purge(ReasonCut)
	})
}

// Mend undoes Cut for the links. What was dropped meanwhile stays lost.
func (s *Switch) Mend(links ...Link) {
	for _, l := range links {
		s.ClearRule(l, cutRule)
	}
}

// IsCut reports whether the link is cut.
func (s *Switch) IsCut(l Link) bool {
	in := s.inbox(l.To)
	in.mu.Lock()
	defer in.mu.Unlock()
	return slices.ContainsFunc(in.lane(l.From).rules, func(r namedRule) bool { return r.name == cutRule })
}

// Release puts the frames that the link holds into the receiver's queue, ahead of
// any sent later. The rules do not judge them again.
func (s *Switch) Release(l Link) {
	in := s.inbox(l.To)
	in.mu.Lock()
	defer in.mu.Unlock()
	ln := in.lane(l.From)
	for _, payload := range ln.held.Frames() {
		ln.enqueue(payload)
	}
	ln.held.reset()
}

// recall changes the links' lanes and then waits until the frames of theirs that
// had already left the queue are delivered or given up.
func (s *Switch) recall(ctx context.Context, links []Link, change func(*lane)) error {
	var group errgroup.Group // one that fails does not end the others: what they stop stays stopped
	for _, l := range links {
		in := s.inbox(l.To)
		in.mu.Lock()
		change(in.lane(l.From))
		port, taken := in.port, uint64(0)
		if port != nil {
			taken = port.taken
		}
		in.mu.Unlock()
		if taken == 0 {
			continue // nobody is there, or nothing has left the queue
		}
		group.Go(func() error {
			if err := port.outlet.Recall(ctx, l.From, taken); err != nil {
				return fmt.Errorf("transport: recall of %s: %w", l, err)
			}
			return nil
		})
	}
	return group.Wait()
}

func (s *Switch) inbox(a Address) *inbox {
	s.mu.RLock()
	in := s.inboxes[a]
	s.mu.RUnlock()
	if in != nil {
		return in
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if in = s.inboxes[a]; in == nil {
		in = newInbox(s, a)
		s.inboxes[a] = in
	}
	return in
}
