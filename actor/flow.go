package actor

import (
	"cmp"
	"slices"
	"time"

	"github.com/7aca83c2/multinode/internal/timing"
	"github.com/7aca83c2/multinode/transport"
)

// A network may deliver a frame twice, or behind later ones. So each system numbers what
// it sends to an address. The receiver handles the frames of a life in the order of their
// numbers, each once. Those that come early wait, for those before them to come or to be
// given up: frames are not sent again.

const (
	// reorderWait is how long a frame that came early waits. It is what each lost frame
	// costs those behind it, and how late a frame may be and still count: twice what the
	// fault "reorder" of a nemesis holds frames back for.
	reorderWait = 20 * time.Millisecond
	// reorderFrames and reorderBytes bound what waits: then the first gap is given up.
	// The bytes are those of the largest frame.
	reorderFrames = 1024
	reorderBytes  = transport.MaxPayload
	// reorderGaps is how many gaps that were given up are remembered, to tell a frame that
	// is too late from one that comes twice.
	reorderGaps = 16
)

// flow is what comes from one life of another node.
type flow struct {
	from life
	peer *peer

	next  uint64 // the number that is due; 0: none has come yet
	early []earlyFrame
	bytes int // of those
	gaps  []gap

	assemblies assemblies // what of it has come in chunks

	timer *time.Timer // calls overdue; nil until it is needed
	due   time.Time   // when; zero: not at all

	// open says that the frames are handled. If another life was met at the address, this
	// one has to prove first that it is alive.
	open   bool
	first  uint64 // the first number that counts; what has a lower one never will
	asked  uint64 // the sequence of its hellos, or 0
	hellos int
}

// earlyFrame is a frame that waits for its turn.
type earlyFrame struct {
	number uint64
	at     time.Time // when it came
	frame  []byte
}

// gap is numbers that were given up: from the first one to before the other.
type gap struct{ from, to uint64 }

// flow returns that of a life.
func (l *peers) flow(from transport.Address, incarnation uint64) *flow {
	if f := l.last; f != nil && f.from.incarnation == incarnation && f.from.address == from {
		return f
	}
	who := life{from, incarnation}
	f := l.flows[who]
	if f == nil {
		f = &flow{from: who, peer: l.peer(from)}
		for _, other := range l.flows {
			if other.peer.isDown(other.from.incarnation) {
				other.assemblies = assemblies{}
			}
		}
		l.flows[who] = f
	}
	l.last = f
	return f
}

// begin sets the first number that counts, if no frame has come yet.
func (f *flow) begin(number uint64) {
	if f.next == 0 {
		f.first, f.next = number, number
	}
}

// receiveNumbered handles a frame when its turn has come.
func (s *System) receiveNumbered(f *flow, number uint64, frame []byte) {
	f.begin(number)
	switch {
	case number < f.next:
		s.refuseStale(f, number)
	case !f.open && !s.admit(f) || number > f.next:
		s.keepEarly(f, number, frame)
	default:
		f.next++
		s.receiveInTurn(f, frame)
		s.drain(f)
	}
}

// keepEarly keeps a frame until its turn comes, or there is no room for it.
func (s *System) keepEarly(f *flow, number uint64, frame []byte) {
	i, found := slices.BinarySearchFunc(f.early, number, func(e earlyFrame, n uint64) int {
		return cmp.Compare(e.number, n)
	})
	if found {
		s.peers.refused.repeated.Add(1)
		return
	}
	f.early = slices.Insert(f.early, i, earlyFrame{number, time.Now(), slices.Clone(frame)})
	f.bytes += len(frame)
	if !f.open {
		if len(f.early) > reorderFrames || f.bytes > reorderBytes {
			s.giveUp(f)
		}
		return
	}
	for len(f.early) > reorderFrames || f.bytes > reorderBytes || frame[unsealed]&again != 0 && number >= f.next {
		s.skip(f)
	}
	s.wait(f)
}

// drain handles what need not wait any more.
func (s *System) drain(f *flow) {
	for f.open && len(f.early) > 0 && f.early[0].number == f.next {
		e := f.early[0]
		f.early[0] = earlyFrame{}
		f.early = f.early[1:]
		f.bytes -= len(e.frame)
		f.next++
		s.receiveInTurn(f, e.frame)
	}
	s.wait(f)
}

// skip gives up what is missing before the first early frame.
func (s *System) skip(f *flow) {
	f.gaps = append(f.gaps, gap{f.next, f.early[0].number})
	f.gaps = f.gaps[max(0, len(f.gaps)-reorderGaps):]
	f.next = f.early[0].number
	s.drain(f)
}

// wait has the first early frame of an open flow wait for no longer than it may.
func (s *System) wait(f *flow) {
	switch {
	case !f.open:
	case len(f.early) == 0:
		f.early = nil
		s.peers.stop(f)
	default:
		s.arm(f, f.early[0].at.Add(reorderWait))
	}
}

// hold keeps the timers of flows out, until release. A frame takes no lock as long as there
// are none.
func (l *peers) hold() {
	l.in.Lock()
	l.held = true
}

func (l *peers) release() {
	if l.held {
		l.held = false
		l.in.Unlock()
	}
}

// arm has overdue called then, and at no other time.
func (s *System) arm(f *flow, due time.Time) {
	if f.due.Equal(due) {
		return
	}
	if !s.peers.held {
		s.peers.hold()
	}
	f.due = due
	switch {
	case f.timer == nil:
		s.peers.timers.Add(1)
		f.timer = s.after(timing.Until(due), "overdue from "+string(f.from.address), func() { s.overdue(f) })
	case !f.timer.Reset(timing.Until(due)):
		s.peers.timers.Add(1) // one that has fired, and still waits for its turn, counts too
	}
}

// stop has overdue not be called.
func (l *peers) stop(f *flow) {
	if f.due.IsZero() {
		return
	}
	f.due = time.Time{}
	if f.timer.Stop() {
		l.timers.Add(-1)
	}
}

// overdue gives up what has not come in time, or asks for proof again.
func (s *System) overdue(f *flow) {
	l := &s.peers
	l.hold()
	defer func() {
		l.held = false
		l.timers.Add(-1) // from here on the receiver need not take the lock
		l.in.Unlock()
	}()
	if l.flows[f.from] != f || f.due.IsZero() || f.due.After(time.Now()) {
		return // the peers are closed, another life is there, or it is for later by now
	}
	f.due = time.Time{}
	if !f.open && !s.admit(f) {
		return
	}
	for now := time.Now(); len(f.early) > 0 && !f.early[0].at.Add(reorderWait).After(now); {
		s.skip(f)
	}
	s.drain(f)
}

// endFlows forgets what has come from other lives at the address.
func (l *peers) endFlows(but *flow) {
	for who, f := range l.flows {
		if f.peer == but.peer && f != but {
			l.stop(f)
			delete(l.flows, who)
		}
	}
	l.last = but
}

// closeIn ends the receiving of frames.
func (l *peers) closeIn() {
	l.in.Lock()
	defer l.in.Unlock()
	for _, f := range l.flows {
		l.stop(f)
	}
	clear(l.flows)
	l.last = nil
}
