package transport

import "sync"

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
	rec   *recorder // nil: nothing is recorded
}

func newInbox(s *Switch, a Address) *inbox {
	in := &inbox{address: a, sw: s, lanes: map[Address]*lane{}, rec: newRecorder(s.recording)}
	in.ready.L = &in.mu
	return in
}

// lock takes the lock for something that may be recorded, at a time of its own.
func (in *inbox) lock() {
	in.mu.Lock()
	in.rec.anew()
}

func (in *inbox) lane(from Address) *lane {
	ln := in.lanes[from]
	if ln == nil {
		ln = &lane{in: in, stats: Stats{Link: Link{from, in.address}}}
		in.lanes[from] = ln
		in.rec.know(ln)
	}
	return ln
}

// free returns how long a payload may be that still finds room in the queue, or less
// than none.
func (in *inbox) free() int { return min(in.sw.limit-len(in.queue.buf), MaxPayload) }

// moveOrWake has a Mover move what is in the queue, with the lock held: between processes
// that writes to a pipe, unless it is full, and takes less time than to wake a goroutine that
// does. Otherwise it wakes who waits in Take. It must follow what puts frames into the
// queue, before the lock is given up.
func (in *inbox) moveOrWake() {
	p := in.port
	if p == nil || !p.waits || in.queue.count == 0 {
		return
	}
	if p.mover != nil && p.mover.Move(in.queue.buf) {
		p.taken += uint64(in.queue.count)
		in.rec.taken()
		in.queue.reset()
		p.spare.reset() // it was not needed either
		return
	}
	p.waits, p.spare = false, nil
	in.ready.Signal()
}
