package pipe

import (
	"io"
	"sync"

	"github.com/7aca83c2/multinode/transport"
)

// sendBuffer is how much, in bytes, a host gathers before Send waits for the broker:
// as much as the pipe takes at once.
const sendBuffer = 1 << 20

// outflow is the way of a host's frames to the broker: a buffer that frames are
// appended to while the one before it is being written.
type outflow struct {
	mu     sync.Mutex
	ready  sync.Cond // the buffer has something, or the link ended
	room   sync.Cond // the buffer was taken, or a sender may have to give up
	buf    []byte
	idle   bool // the writer waits, and has not been woken
	direct direct
	last   *endpoint // whose frames the latest marker announces
	ended  bool
}

func (o *outflow) init(data io.Writer) {
	o.ready.L, o.room.L = &o.mu, &o.mu
	o.direct = newDirect(data)
}

// open lets the frames of an endpoint in.
func (o *outflow) open(e *endpoint) {
	o.mu.Lock()
	defer o.mu.Unlock()
	e.sends = true
}

// close lets no more frames of the endpoint in, and returns how many it has sent.
func (o *outflow) close(e *endpoint) uint64 {
	o.mu.Lock()
	defer o.mu.Unlock()
	e.sends = false
	o.room.Broadcast()
	return e.sent
}

// put appends a frame, and reports whether the endpoint may still send.
func (o *outflow) put(e *endpoint, to transport.Address, payload []byte) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	for len(o.buf) >= sendBuffer && e.sends && !o.ended {
		o.room.Wait()
	}
	if !e.sends || o.ended {
		return false
	}
	if o.last != e {
		o.buf = appendMarker(o.buf, e.attachment)
		o.last = e
	}
	o.buf = transport.AppendFrame(o.buf, to, payload)
	e.sent++
	o.push()
	return true
}

// push has what is in the buffer written, by the writer if it cannot be done at once.
func (o *outflow) push() {
	switch {
	case !o.idle: // the writer is at work, and will look
	case o.direct.write(o.buf):
		o.buf = o.buf[:0]
	default:
		o.idle = false
		o.ready.Signal()
	}
}

// end makes writeTo and whoever waits for room return.
func (o *outflow) end() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.ended = true
	o.ready.Broadcast()
	o.room.Broadcast()
}

// writeTo writes until the link ends.
func (o *outflow) writeTo(w io.Writer) error {
	var buf []byte
	for {
		o.mu.Lock()
		for len(o.buf) == 0 && !o.ended {
			o.idle = true
			o.ready.Wait()
			o.idle = false
		}
		if o.ended {
			o.mu.Unlock()
			return nil
		}
		buf, o.buf = o.buf, buf[:0]
		o.room.Broadcast()
		o.mu.Unlock()
		if _, err := w.Write(buf); err != nil {
			return err
		}
		if cap(buf) > 2*sendBuffer {
			buf = nil // a long frame stretched it, and the next ones may go without this buffer
		}
	}
}
