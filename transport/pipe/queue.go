package pipe

import (
	"context"
	"sync"

	"github.com/7aca83c2/multinode/transport"
)

// queueLimit is how many bytes may wait in a queue: as many as by default for a receiver at
// the Switch, which in one process takes out as many at a time.
const queueLimit = 64 << 20

// queue has the frames of an inlet that its own goroutine delivers. The lock of the inlet
// guards it.
type queue struct {
	limit   int
	buf     []byte    // encoded frames, and markers with a number of frames that found no room
	skipped uint64    // how many found none since
	ready   sync.Cond // there is something to take, or no more comes
	last    bool      // no more comes
	gone    bool      // the link has ended
}

// ownGoroutine gives an inlet its queue, if it has none. The caller holds the lock of the
// inflow and of the inlet.
func (i *inlet) ownGoroutine() {
	if i.queue == nil {
		i.queue = &queue{limit: i.in.limit}
		i.queue.ready.L = i
		i.in.spawn(i.deliverAll)
	}
}

// add reports whether there is room for a frame.
func (q *queue) add(from transport.Address, payload []byte) bool {
	if len(q.buf)+len(payload) > q.limit {
		q.skipped++
		return false
	}
	if q.skipped > 0 {
		q.buf = appendMarker(q.buf, q.skipped)
		q.skipped = 0
	}
	q.buf = transport.AppendFrame(q.buf, from, payload)
	q.ready.Signal()
	return true
}

// take waits until there is something to deliver, and returns false when there is not and
// no more comes. It gets an empty buffer in exchange.
func (i *inlet) take(buf []byte) ([]byte, bool) {
	i.Lock()
	defer i.Unlock()
	q := i.queue
	for len(q.buf) == 0 && !q.last && !q.gone {
		q.ready.Wait()
	}
	if len(q.buf) == 0 || q.gone {
		return nil, false
	}
	if cap(buf) > 2*chunk {
		buf = nil // a burst stretched it
	}
	buf, q.buf = q.buf, buf[:0]
	return buf, true
}

// deliverAll delivers what is in the queue until no more comes.
func (i *inlet) deliverAll() {
	_ = i.Wait(context.Background()) // what the reader delivers comes first
	var frames frameReader
	var names transport.Names
	for {
		buf, ok := i.take(frames.buf)
		if !ok {
			i.in.done(i)
			return
		}
		frames = frameReader{buf: buf, end: len(buf)}
		for {
			peer, payload, ok, _ := frames.next() // it made sense before
			if !ok {
				break
			}
			if len(peer) == 0 {
				i.skip(payload)
				continue
			}
			from := names.Of(peer)
			i.hand(from, payload, i.Step(from))
		}
		i.Idle()
		i.in.flush()
	}
}

// skip counts the frames that found no room.
func (i *inlet) skip(marker []byte) {
	n, _ := markerOf(marker)
	i.Lock()
	defer i.Unlock()
	i.End()
	i.Skip(n)
}
