package pipe

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"

	"github.com/7aca83c2/multinode/transport"
)

// inflow is the way of frames from the broker to a host's Receivers.
type inflow struct {
	spawn  func(func())     // starts a goroutine of the host's
	report func(lostReport) // in the order of the calls
	failed func(error)      // takes why the stream has ended
	limit  int              // of the queues, in bytes

	mu     sync.Mutex
	inlets map[uint64]*inlet // until the broker has said that no more comes for them
	reader *reader           // who reads
	losses []loss            // since the last report
	ended  bool
}

// reader takes the stream apart. The lock of the inlet that it delivers to guards at and
// relieved.
type reader struct {
	in       *inflow
	frames   *frameReader
	names    transport.Names
	to       *inlet // of the frames that are read now
	at       int    // where in frames.buf the frame behind the one delivered begins
	relieved bool   // another one has taken its place
}

var errRelieved = errors.New("another goroutine reads")

// readFrom reads until the stream ends or makes no sense. It must be called once.
func (in *inflow) readFrom(r io.Reader) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.reader = &reader{in: in, frames: newFrameReader(r)}
	in.spawn(in.reader.run)
}

// admit makes an inlet. If others are open, each has its frames delivered by a goroutine of
// its own from now on.
func (in *inflow) admit(attachment uint64, receive transport.Receiver) *inlet {
	in.mu.Lock()
	defer in.mu.Unlock()
	i := newInlet(in, attachment, receive)
	if in.ended {
		return i
	}
	i.Lock()
	defer i.Unlock()
	for _, other := range in.inlets {
		if in.part(other) {
			i.ownGoroutine()
		}
	}
	in.inlets[attachment] = i
	return i
}

// part has the frames of an inlet delivered by a goroutine of its own, unless it is as good
// as gone, which it reports. If the reader is in its receiver, another reads on.
func (in *inflow) part(i *inlet) bool {
	i.Lock()
	defer i.Unlock()
	if i.Over() {
		return false
	}
	if i.queue == nil {
		i.ownGoroutine()
		if i.Delivering() {
			in.relieve()
		}
	}
	return true
}

// relieve has another goroutine read on behind the frame that is being delivered. The
// caller holds the lock of its inlet, without which the reader does not change the buffer.
func (in *inflow) relieve() {
	r := in.reader
	r.relieved = true
	rest := r.frames.buf[r.at:r.frames.end]
	frames := &frameReader{r: r.frames.r, buf: make([]byte, len(r.frames.buf)), end: len(rest)}
	copy(frames.buf, rest)
	in.reader = &reader{in: in, frames: frames, to: r.to}
	in.spawn(in.reader.run)
}

func (r *reader) run() {
	err := r.read()
	if errors.Is(err, errRelieved) {
		return
	}
	r.in.end()
	r.in.failed(err)
}

func (r *reader) read() error {
	for {
		if err := r.drain(); err != nil {
			return err
		}
		if !r.idle() {
			return errRelieved
		}
		r.in.flush()
		if err := r.frames.fill(); err != nil {
			return err
		}
	}
}

// drain deals with what has been read whole.
func (r *reader) drain() error {
	for {
		peer, payload, ok, err := r.frames.next()
		if err != nil || !ok {
			return err
		}
		if len(peer) > 0 {
			err = r.take(peer, payload)
		} else {
			err = r.turn(markerOf(payload))
		}
		if err != nil {
			return err
		}
	}
}

// take delivers a frame, or has it delivered. It returns errRelieved when the one before
// took so long that another goroutine has taken over, which then reads this one, too.
func (r *reader) take(peer, payload []byte) error {
	from, i := r.names.Of(peer), r.to
	if i == nil {
		return errors.New("a frame comes before any marker, or behind the last one")
	}
	i.Lock()
	if r.relieved {
		i.End()
		i.Unlock()
		return errRelieved
	}
	if i.queue != nil { // what is being delivered, if anything, is not the reader's
		room := i.queue.add(from, payload)
		i.Unlock()
		if !room {
			r.in.lost(loss{i.attachment, from, transport.ReasonNoRoom, 1, len(payload)})
		}
		return nil
	}
	i.End()
	reason := i.Begin(from)
	r.at = r.frames.start
	i.Unlock()
	i.hand(from, payload, reason)
	return nil
}

// idle ends the delivery before when no other begins, and reports whether the reader is
// not relieved.
func (r *reader) idle() bool {
	if r.to == nil {
		return true
	}
	r.to.Lock()
	defer r.to.Unlock()
	if r.relieved || r.to.queue == nil {
		r.to.End()
	}
	return !r.relieved
}

// turn turns to the frames of another attachment, or away from one whose last was read.
func (r *reader) turn(attachment uint64, last bool) error {
	if !r.idle() {
		return errRelieved
	}
	r.in.mu.Lock()
	i := r.in.inlets[attachment]
	r.in.mu.Unlock()
	if i == nil {
		return fmt.Errorf("a marker names attachment %d, which does not exist", attachment)
	}
	r.to = i
	if last {
		r.to = nil
		i.finish()
	}
	return nil
}

// done forgets an inlet that has dealt with all of its frames.
func (in *inflow) done(i *inlet) {
	in.mu.Lock()
	defer in.mu.Unlock()
	delete(in.inlets, i.attachment)
	in.report(lostReport{i.attachment, in.losses})
	in.losses = in.losses[:0]
}

// flush reports what was lost.
func (in *inflow) flush() {
	in.mu.Lock()
	defer in.mu.Unlock()
	if len(in.losses) > 0 {
		in.report(lostReport{Losses: in.losses})
		in.losses = in.losses[:0]
	}
}

// lost notes a dropped frame for the next report.
func (in *inflow) lost(l loss) {
	in.mu.Lock()
	defer in.mu.Unlock()
	at := slices.IndexFunc(in.losses, func(other loss) bool {
		return other.Attachment == l.Attachment && other.From == l.From && other.Reason == l.Reason
	})
	if at < 0 {
		in.losses = append(in.losses, l)
		return
	}
	in.losses[at].Frames += l.Frames
	in.losses[at].Bytes += l.Bytes
}

// of returns the inlet of an attachment, or nil.
func (in *inflow) of(attachment uint64) *inlet {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.inlets[attachment]
}

// end ends what delivers out of queues, once the stream has ended.
func (in *inflow) end() {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.ended = true
	for _, i := range in.inlets {
		i.Shut()
		i.Lock()
		if i.queue != nil {
			i.queue.gone = true
			i.queue.ready.Signal()
		}
		i.Unlock()
	}
}
