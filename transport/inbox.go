package transport

import (
	"slices"
	"sync"
)

// inbox is the receiving side of an address: its queue, and a lane per sender. It
// outlives the endpoints opened at the address, so that a cut stays a cut when a
// node restarts. One lock covers the rules and the queue: a frame is judged and
// queued in one step, and nothing slips in behind a Cut.
type inbox struct {
	address Address
	sw      *Switch

	mu    sync.Mutex
	ready sync.Cond // frames in the queue, or the port closed
	port  *Port     // nil while nobody is open here
	queue Batch
	lanes map[Address]*lane
}

func newInbox(s *Switch, a Address) *inbox {
	in := &inbox{address: a, sw: s, lanes: map[Address]*lane{}}
	in.ready.L = &in.mu
	return in
}

func (in *inbox) lane(from Address) *lane {
	ln := in.lanes[from]
	if ln == nil {
		ln = &lane{in: in, stats: Stats{Link: Link{from, in.address}}}
		in.lanes[from] = ln
	}
	return ln
}

// lane is the state of one link. The inbox's lock guards it.
type lane struct {
	in    *inbox
	rules []namedRule
	held  Batch
	stats Stats
}

func (ln *lane) setRule(name string, rule Rule) {
	ln.clearRule(name)
	ln.rules = append(ln.rules, namedRule{name, rule})
}

func (ln *lane) clearRule(name string) {
	ln.rules = slices.DeleteFunc(ln.rules, func(r namedRule) bool { return r.name == name })
}

// send judges a frame and does what the verdict says.
func (ln *lane) send(payload []byte) {
	var v Verdict
	if len(ln.rules) > 0 || ln.in.sw.trace != nil {
		v = ln.judge(Frame{ln.stats.Link, payload})
	}
	switch v.Fate {
	case Deliver:
		ln.enqueue(payload)
	case Drop:
		ln.stats.dropped(v.Reason, 1, len(payload))
	case Hold:
		if len(ln.held.buf)+len(payload) > ln.in.sw.limit {
			ln.stats.dropped(ReasonNoRoom, 1, len(payload))
			return
		}
		ln.held.add(ln.stats.From, payload)
	}
}

func (ln *lane) judge(f Frame) (v Verdict) {
	for _, r := range ln.rules {
		v = r.Judge(f, v)
	}
	if trace := ln.in.sw.trace; trace != nil {
		trace(f, v)
	}
	return v
}

func (ln *lane) enqueue(payload []byte) {
	in := ln.in
	switch {
	case in.port == nil:
		ln.stats.dropped(ReasonDown, 1, len(payload))
		return
	case len(in.queue.buf)+len(payload) > in.sw.limit:
		ln.stats.dropped(ReasonNoRoom, 1, len(payload))
		return
	}
	ln.stats.Frames++
	ln.stats.Bytes += uint64(len(payload))
	in.queue.add(ln.stats.From, payload)
	if in.queue.count == 1 {
		in.ready.Signal()
	}
}

// purge drops what waits in the queue or is held. Frames that were counted as
// queued no longer are.
func (ln *lane) purge(reason string) {
	frames, bytes := ln.in.queue.drop(ln.stats.From)
	ln.stats.Frames -= uint64(frames)
	ln.stats.Bytes -= uint64(bytes)
	ln.stats.dropped(reason, frames, bytes)
	frames, bytes = ln.held.drop(ln.stats.From)
	ln.stats.dropped(reason, frames, bytes)
}

// lost moves frames that had left the queue, but were given up on the way, from
// the queued to the dropped.
func (ln *lane) lost(reason string, frames, bytes int) {
	ln.stats.Frames -= uint64(frames)
	ln.stats.Bytes -= uint64(bytes)
	ln.stats.dropped(reason, frames, bytes)
}
