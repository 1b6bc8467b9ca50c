package transport

import (
	"cmp"
	"maps"
	"slices"
	"sync/atomic"
)

// Stats counts what became of the frames of one link. Bytes are payload bytes.
type Stats struct {
	Link
	Frames, Bytes uint64             // put into the receiver's queue, and not taken back since
	Passed        uint64             // frames ever put there
	Held          int                // frames held now
	Delayed       int                // frames that wait for their delay to pass now
	Dropped       map[string]Dropped // by reason; nil if none was
}

// Dropped counts the frames lost for one reason.
type Dropped struct{ Frames, Bytes uint64 }

// Stats returns the counters of every link that ever saw a frame or has a rule,
// ordered by sender and receiver.
func (s *Switch) Stats() []Stats {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var all []Stats
	for _, in := range s.inboxes {
		in.mu.Lock()
		for _, ln := range in.lanes {
			all = append(all, ln.counts())
		}
		in.mu.Unlock()
	}
	slices.SortFunc(all, func(x, y Stats) int {
		return cmp.Or(cmp.Compare(x.From, y.From), cmp.Compare(x.To, y.To))
	})
	return all
}

// counts returns the lane's Stats, with the inbox's lock held.
func (ln *lane) counts() Stats {
	s := ln.stats
	s.Held, s.Delayed = len(ln.held), len(ln.delayed.frames)
	s.Dropped = maps.Clone(s.Dropped)
	return s
}

// queued counts frames that were put into the receiver's queue.
func (s *Stats) queued(frames, bytes uint64) {
	s.Frames += frames
	s.Passed += frames
	s.Bytes += bytes
}

func (s *Stats) dropped(reason string, frames, bytes int) {
	if frames == 0 {
		return
	}
	if s.Dropped == nil {
		s.Dropped = map[string]Dropped{}
	}
	d := s.Dropped[reason]
	d.Frames += uint64(frames)
	d.Bytes += uint64(bytes)
	s.Dropped[reason] = d
}

// Bites returns how many frames the rules and cuts of that name had an effect on, over
// all links, those included that are no longer there. A rule has one when it returns
// another verdict than it was given; a cut has one also on what waited or was under way
// when it began.
func (s *Switch) Bites(name string) uint64 { return s.counter(name).Load() }

// counter returns the counter behind Bites.
func (s *Switch) counter(name string) *atomic.Uint64 {
	s.bitesMu.Lock()
	defer s.bitesMu.Unlock()
	n := s.bites[name]
	if n == nil {
		n = new(atomic.Uint64)
		s.bites[name] = n
	}
	return n
}
