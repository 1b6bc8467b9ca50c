package rpc

import (
	"io"
	"sync"
)

// maxQueue is how much, in bytes, may wait to be written: room for the largest
// message, and for an end that is busy for a while.
const maxQueue = MaxMessage + 1<<20

// keepAtMost is the capacity, in bytes, that an emptied buffer keeps.
const keepAtMost = 1 << 20

// outbox is what waits to be written to the stream. Whatever has gathered while a
// write was under way leaves with the next one.
type outbox struct {
	mu     sync.Mutex
	ready  sync.Cond // queue has something, or ending
	queue  []byte
	ending bool // no more is put in
}

func newOutbox() *outbox {
	o := &outbox{}
	o.ready.L = &o.mu
	return o
}

func (o *outbox) put(m message) error {
	if m.tooLong() {
		return ErrTooLong
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case o.ending:
		return ErrClosed
	case len(o.queue) > 0 && len(o.queue)+len(m.body) > maxQueue:
		return ErrFull
	}
	o.queue = appendMessage(o.queue, m)
	if len(o.queue) == lengthSize+headerSize+len(m.method)+len(m.body) {
		o.ready.Signal() // it was empty; otherwise the writer knows
	}
	return nil
}

// end lets the writer finish what is queued, and nothing more.
func (o *outbox) end() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.ending = true
	o.ready.Signal()
}

// writeTo writes until end was called and the queue is empty, or a write fails.
func (o *outbox) writeTo(w io.Writer) error {
	var buf []byte
	for {
		o.mu.Lock()
		for len(o.queue) == 0 && !o.ending {
			o.ready.Wait()
		}
		if cap(buf) > keepAtMost {
			buf = nil
		}
		buf, o.queue = o.queue, buf[:0]
		o.mu.Unlock()
		if len(buf) == 0 {
			return nil
		}
		if _, err := w.Write(buf); err != nil {
			return err
		}
	}
}
