package transport

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// Switch decides the fate of every frame between the addresses of one cluster.
// Make one with NewSwitch. Its methods may be called from several goroutines.
type Switch struct {
	limit int
	trace func(Frame, Verdict)
	steps *Steps // nil: frames are delivered at once

	recording *recording // nil: nothing is recorded

	mu      sync.RWMutex // guards the map; each inbox has a lock of its own
	inboxes map[Address]*inbox

	bitesMu sync.Mutex
	bites   map[string]*atomic.Uint64 // by the name of a rule or cut
}

// Option is a choice made in NewSwitch.
type Option interface{ apply(*Switch) }

type option func(*Switch)

func (o option) apply(s *Switch) { o(s) }

// WithQueueLimit bounds what may wait for one receiver, and what one link may
// hold and delay, in bytes. A frame beyond it is dropped and counted. The default is 64 MiB.
func WithQueueLimit(bytes int) Option { return option(func(s *Switch) { s.limit = bytes }) }

// WithTrace has the Switch call trace with every frame and its verdict, under the
// lock of the receiver's queue. The default is none.
func WithTrace(trace func(Frame, Verdict)) Option { return option(func(s *Switch) { s.trace = trace }) }

// NewSwitch returns a Switch without endpoints, all of whose links are clear.
func NewSwitch(options ...Option) *Switch {
	s := &Switch{limit: 64 << 20, inboxes: map[Address]*inbox{}, bites: map[string]*atomic.Uint64{}}
	for _, o := range options {
		o.apply(s)
	}
	return s
}

// SetRule puts a rule at the end of the link's chain, or an Opener at its beginning, in place
// of an earlier one of the same name. It judges the frames sent from now on.
func (s *Switch) SetRule(l Link, name string, rule Rule) {
	r := namedRule{name, false, rule, s.counter(name)}
	s.with(l, func(ln *lane) { ln.setRule(r) })
}

// ClearRule takes the rule of that name off the link; without one it does nothing.
// Frames that it held or delayed stay so; those that wait for their turn wait no longer.
func (s *Switch) ClearRule(l Link, name string) {
	s.with(l, func(ln *lane) { ln.clearRule(name, false) })
}

// Cut stops the links: their frames are dropped until Mend. When it returns nil,
// no frame of theirs reaches its receiver any more, whether it waited in a queue
// or was under way to the receiver's process. It returns an error if a receiver's
// process did not confirm that before ctx ended; the links are cut all the same.
func (s *Switch) Cut(ctx context.Context, links ...Link) error {
	return s.CutAs(ctx, "cut", links...)
}

// CutAs is Cut under a name. Several cuts may lie on a link, which is cut
// until the last one is taken away.
func (s *Switch) CutAs(ctx context.Context, name string, links ...Link) error {
	r := namedRule{name, true, cut, s.counter(name)}
	return s.recall(ctx, links, func(ln *lane) {
		if !ln.isCut() {
			ln.recaller = r.bites // or the cut that is there has recalled all
		}
		ln.setRule(r)
		r.bites.Add(uint64(ln.purge(ReasonCut)))
	})
}

// Mend takes all cuts off the links. What was dropped meanwhile stays lost.
func (s *Switch) Mend(links ...Link) {
	for _, l := range links {
		s.with(l, func(ln *lane) { ln.mend(func(namedRule) bool { return true }) })
	}
}

// MendAs takes the cut of that name off the links; other cuts stay.
func (s *Switch) MendAs(name string, links ...Link) {
	for _, l := range links {
		s.with(l, func(ln *lane) { ln.mend(func(cut namedRule) bool { return cut.name == name }) })
	}
}

// IsCut reports whether a cut lies on the link.
func (s *Switch) IsCut(l Link) (is bool) {
	s.with(l, func(ln *lane) { is = ln.isCut() })
	return is
}

// with calls do with the link's lane, under its lock.
func (s *Switch) with(l Link, do func(*lane)) {
	in := s.inbox(l.To)
	in.lock()
	defer in.mu.Unlock()
	do(in.lane(l.From))
	in.moveOrWake() // frames that were held
}

// recall changes the links' lanes and then waits until the frames of theirs that
// had already left the queue are delivered or given up.
func (s *Switch) recall(ctx context.Context, links []Link, change func(*lane)) error {
	var group errgroup.Group // one that fails does not end the others: what they stop stays stopped
	for _, l := range links {
		in := s.inbox(l.To)
		in.lock()
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
