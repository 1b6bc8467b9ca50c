package pipe

import (
	"context"
	"io"
	"sync"

	"github.com/7aca83c2/multinode/internal/timing"
	"github.com/7aca83c2/multinode/transport"
)

// incoming is what the reader of a Line knows.
type incoming struct {
	frames *frameReader
	names  transport.Names
	from   *attachment // whose frames are read now; nil if nobody waits for them
	count  uint64      // of these, since the last call of arrive
}

// read hands the host's frames to its ports, until the stream ends or makes no sense.
func (l *Line) read() error {
	in := incoming{frames: newFrameReader(l.data)}
	for {
		if err := in.frames.fill(); err != nil {
			return err
		}
		err := l.route(&in)
		in.arrive()
		if err != nil {
			return err
		}
	}
}

// route hands on what has been read. Frames of an attachment that is closed are dropped.
func (l *Line) route(in *incoming) error {
	burst := in.burst()
	defer func() { burst.End() }()
	for {
		peer, payload, ok, err := in.frames.next()
		if err != nil || !ok {
			return err
		}
		if len(peer) == 0 {
			burst.End()
			in.arrive()
			number, _ := markerOf(payload)
			in.from = l.of(number)
			burst = in.burst()
			continue
		}
		in.count++
		if burst != nil {
			_ = burst.Send(in.names.Of(peer), payload) // fails once the port is closed
		}
	}
}

func (in *incoming) burst() *transport.Burst {
	if in.from == nil {
		return nil
	}
	return in.from.burst
}

// arrive says how far the reader is.
func (in *incoming) arrive() {
	if in.from != nil {
		in.from.arrive(in.count)
	}
	in.count = 0
}

// arrive counts frames that have come from the host.
func (a *attachment) arrive(frames uint64) {
	a.line.mu.Lock()
	defer a.line.mu.Unlock()
	a.arrived += frames
	a.line.arrival.Broadcast()
}

// awaitArrival waits until so many frames have come from the host, or the port is closed.
func (a *attachment) awaitArrival(ctx context.Context, frames uint64) error {
	l := a.line
	l.mu.Lock()
	defer l.mu.Unlock()
	return timing.Wait(ctx, &l.arrival, func() bool { return a.arrived < frames && !a.isClosed() })
}

// lineWriter is the way of frames to the host. Each attachment has a goroutine that writes.
type lineWriter struct {
	data io.Writer

	mu     sync.Mutex
	direct direct
	last   *attachment // whose frames the latest marker announces
	buf    []byte      // to write a marker and frames together
}

// write writes the frames of an attachment, until it is closed or the link ends.
func (l *Line) write(a *attachment) error {
	var batch transport.Batch
	for a.port.Take(&batch) {
		if err := l.out.write(a, batch.Bytes()); err != nil {
			return err
		}
	}
	return l.out.finish(a)
}

// write writes frames of an attachment.
func (w *lineWriter) write(a *attachment, frames []byte) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.last != a {
		if _, err := w.data.Write(appendMarker(w.buf[:0], a.number)); err != nil {
			return err
		}
		w.last = a
	}
	_, err := w.data.Write(frames)
	return err
}

// writeNow writes frames if that can be done at once, and reports whether it has.
func (w *lineWriter) writeNow(a *attachment, frames []byte) bool {
	if len(frames) > atomicWrite || !w.mu.TryLock() {
		return false
	}
	defer w.mu.Unlock()
	if w.last != a {
		w.buf = append(appendMarker(w.buf[:0], a.number), frames...)
		frames = w.buf
	}
	if !w.direct.write(frames) {
		return false
	}
	w.last = a
	return true
}

// finish says that no more frames of the attachment come.
func (w *lineWriter) finish(a *attachment) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.last = nil
	_, err := w.data.Write(appendMarker(w.buf[:0], a.number|lastMark))
	return err
}
