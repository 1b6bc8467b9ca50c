package stage

import (
	"context"
	"fmt"
	"time"

	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/fault"
	"github.com/7aca83c2/multinode/transport/netconn"
)

// Fault is a fault on some links, under a name of its own.
type Fault struct {
	Name  string
	Links []transport.Link
	// Cut says that the links are cut. Otherwise it is what Rule says.
	Cut  bool
	Rule fault.Fault
	// Matches is which frames a Dropping is about.
	Matches Predicate
}

// Predicate names a predicate of frames, which all processes know.
type Predicate struct {
	Plan    int // whose addresses it takes for roles
	Ordinal int
}

// HeldFrame is a frame that a link holds.
type HeldFrame struct {
	transport.Link
	Number  uint64 // on its link
	Payload []byte
}

func (s *Stage) inflict(ctx context.Context, f Fault) error {
	if f.Cut {
		return s.sw.CutAs(ctx, f.Name, f.Links...)
	}
	if err := f.Rule.Check(); err != nil {
		return err
	}
	var matches func(transport.Frame) bool
	if f.Rule.Kind == fault.Dropping {
		matches = s.guarded(f.Name, s.matches(f.Matches))
	}
	for _, l := range f.Links {
		s.sw.SetRule(l, f.Name, f.Rule.Rule(l, matches, fault.Datagrams(netconn.Datagram)))
	}
	return nil
}

// guarded keeps a predicate that panics from taking the run's first process with it: the
// frame does not match then, and the timeline tells.
func (s *Stage) guarded(name string, matches func(transport.Frame) bool) func(transport.Frame) bool {
	return func(f transport.Frame) (is bool) {
		defer func() {
			if p := recover(); p != nil {
				s.Log(Entry{Time: time.Now(), Text: fmt.Sprintf("the predicate of %s panicked for a frame of %d bytes on %s: %v", name, len(f.Payload), f.Link, p)})
			}
		}()
		return matches(f)
	}
}

func (s *Stage) lift(_ context.Context, f Fault) error {
	if f.Cut {
		s.sw.MendAs(f.Name, f.Links...)
		return nil
	}
	for _, l := range f.Links {
		if f.Rule.Kind == fault.Hold {
			s.sw.ReleaseRule(l, f.Name)
			continue
		}
		s.sw.ClearRule(l, f.Name)
	}
	return nil
}

func (s *Stage) bites(_ context.Context, names []string) ([]uint64, error) {
	bites := make([]uint64, len(names))
	for i, name := range names {
		bites[i] = s.sw.Bites(name)
	}
	return bites, nil
}

func (s *Stage) held(_ context.Context, links []transport.Link) ([]HeldFrame, error) {
	var all []HeldFrame
	for _, l := range links {
		for _, f := range s.sw.HeldFrames(l) {
			all = append(all, HeldFrame{l, f.Number, f.Payload})
		}
	}
	return all, nil
}

func (s *Stage) settleHeld(_ context.Context, what Settling) (int, error) {
	settle := s.sw.DropOne
	if what.Release {
		settle = s.sw.ReleaseOne
	}
	n := 0
	for _, f := range what.Frames {
		if settle(f.Link, f.Number) {
			n++
		}
	}
	return n, nil
}
