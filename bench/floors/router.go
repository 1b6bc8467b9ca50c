package floors

import (
	"bytes"
	"encoding/binary"
	"io"
	"sync"
)

// Router takes frames from some streams and writes them to others, through a queue for
// each destination, and knows no faults, no closing and no counting. A frame is
// encoded as in package transport; all of it goes on as it came.
type Router struct {
	runs   bool
	mu     sync.RWMutex
	queues map[string]*queue
}

// NewRouter returns a router without destinations, which queues frames one by one.
func NewRouter() *Router { return &Router{queues: map[string]*queue{}} }

// NewRunRouter returns one that queues the frames in a row for a destination at once.
func NewRunRouter() *Router { return &Router{queues: map[string]*queue{}, runs: true} }

// Add makes a queue for a destination. It must come before Deliver, and
// before frames for it.
func (r *Router) Add(address string) {
	q := &queue{}
	q.ready.L = &q.mu
	r.mu.Lock()
	defer r.mu.Unlock()
	r.queues[address] = q
}

type queue struct {
	mu    sync.Mutex
	ready sync.Cond
	buf   []byte
	ended bool
}

// readBuffer is the size, in bytes, of what is read at once: a whole pipe fits.
const readBuffer = 1 << 20

// Take puts the frames of a stream into the queues until it ends.
func (r *Router) Take(from io.Reader) {
	buf, left := make([]byte, readBuffer), 0
	for {
		n, err := from.Read(buf[left:])
		if err != nil {
			return
		}
		left = copy(buf, r.route(buf[:left+n]))
	}
}

// route puts the whole frames at the begin of data into the queues, and returns the rest.
func (r *Router) route(data []byte) (rest []byte) {
	var q *queue
	var last []byte
	for {
		to, length := r.first(data)
		if length == 0 {
			return data
		}
		if q == nil || !bytes.Equal(to, last) {
			r.mu.RLock()
			q, last = r.queues[string(to)], to
			r.mu.RUnlock()
		}
		q.put(data[:length])
		data = data[length:]
	}
}

// first returns where the first frame of data goes, and the length, in bytes, of what goes
// there at once: 0 if no frame is whole.
func (r *Router) first(data []byte) (to []byte, length int) {
	for len(data)-length > 4 && (length == 0 || r.runs) {
		frame := data[length:]
		size := 4 + int(binary.LittleEndian.Uint32(frame))
		if len(frame) < size {
			break
		}
		next := frame[5 : 5+frame[4]]
		if length > 0 && !bytes.Equal(next, to) {
			break
		}
		to, length = next, length+size
	}
	return to, length
}

func (q *queue) put(frames []byte) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.buf) == 0 {
		q.ready.Signal()
	}
	q.buf = append(q.buf, frames...)
}

// Deliver writes what is put into a queue to a stream, until that ends or End is called.
func (r *Router) Deliver(address string, to io.Writer) {
	r.mu.RLock()
	q := r.queues[address]
	r.mu.RUnlock()
	var buf []byte
	for {
		q.mu.Lock()
		for len(q.buf) == 0 && !q.ended {
			q.ready.Wait()
		}
		if q.ended {
			q.mu.Unlock()
			return
		}
		buf, q.buf = q.buf, buf[:0]
		q.mu.Unlock()
		if _, err := to.Write(buf); err != nil {
			return
		}
	}
}

// End makes all calls of Deliver return.
func (r *Router) End() {
	r.mu.RLock()
	defer r.mu.RUnlock()
	for _, q := range r.queues {
		q.mu.Lock()
		q.ended = true
		q.ready.Broadcast()
		q.mu.Unlock()
	}
}
