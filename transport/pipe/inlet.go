package pipe

import (
	"context"
	"sync"

	"github.com/7aca83c2/multinode/transport"
)

// inlet is where the frames of one attachment come in. They are delivered by the reader of
// the stream, or, where the host has others, by a goroutine of their own out of a queue: a
// receiver that does not return is to hold up nobody else's.
type inlet struct {
	in         *inflow
	attachment uint64
	receive    transport.Receiver

	mu         sync.Mutex
	stepped    sync.Cond // a delivery ended while somebody waited for that
	waiting    int       // how many wait
	next       uint64    // how many frames were delivered or dropped
	delivering bool      // the receiver has frame next-1
	from       transport.Address
	shut       bool // nothing is delivered any more
	queue      *queue
	recalled   map[transport.Address]uint64 // a sender's frames before this one are dropped
	recallEnd  uint64                       // from this frame on nothing is dropped
}

// deliverer is who delivers to an inlet, whose lock guards it.
type deliverer struct{ busy bool }

func newInlet(in *inflow, attachment uint64, receive transport.Receiver) *inlet {
	i := &inlet{in: in, attachment: attachment, receive: receive, recalled: map[transport.Address]uint64{}}
	i.stepped.L = &i.mu
	return i
}

// end ends the delivery before, if there was one. The caller holds the lock.
func (i *inlet) end(d *deliverer) {
	if !d.busy {
		return
	}
	d.busy, i.delivering = false, false
	if i.waiting > 0 {
		i.stepped.Broadcast()
	}
}

// begin begins the delivery of the next frame, which is from's, unless it returns why it
// must not be delivered. The caller holds the lock.
func (i *inlet) begin(d *deliverer, from transport.Address) (reason string) {
	index := i.next
	i.next++
	switch {
	case i.shut:
		return transport.ReasonDown
	case index < i.recallEnd && index < i.recalled[from]:
		return transport.ReasonCut
	}
	d.busy, i.delivering, i.from = true, true, from
	return ""
}

// idle ends the delivery before when no other begins.
func (i *inlet) idle(d *deliverer) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.end(d)
}

// recall drops the frames of a sender that are among the first taken ones, and waits while
// one of them is being delivered.
func (i *inlet) recall(ctx context.Context, from transport.Address, taken uint64) error {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.recalled[from] = max(i.recalled[from], taken)
	i.recallEnd = max(i.recallEnd, taken)
	return i.wait(ctx, func() bool { return i.delivering && i.from == from && i.next <= taken })
}

// shutdown begins no delivery any more.
func (i *inlet) shutdown() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.shut = true
}

// close delivers nothing any more, and waits while something is delivered.
func (i *inlet) close(ctx context.Context) error {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.shut = true
	return i.wait(ctx, func() bool { return i.delivering })
}

// wait waits, with the lock held between, while busy.
func (i *inlet) wait(ctx context.Context, busy func() bool) error {
	stop := context.AfterFunc(ctx, func() {
		i.mu.Lock() // or it could come between a look at ctx and Wait
		defer i.mu.Unlock()
		i.stepped.Broadcast()
	})
	defer stop()
	i.waiting++
	defer func() { i.waiting-- }()
	for busy() {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		i.stepped.Wait()
	}
	return nil
}
