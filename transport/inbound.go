package transport

import (
	"context"
	"sync"

	"github.com/7aca83c2/multinode/internal/timing"
)

// Inbound is an Outlet's book of the frames that have left the Port, one by one in that
// order: which of them is being delivered, and which must not be any more. Make one with
// NewInbound. Its lock is the owner's, too; Begin and End are called with it held.
type Inbound struct {
	sync.Mutex
	stepped    sync.Cond // a delivery ended while somebody waited for that
	waiting    int       // how many wait
	next       uint64    // how many frames were delivered or given up
	delivering bool      // the Receiver has frame next-1, or had it last
	from       Address   // whose frame that is
	shut       bool
	recalled   map[Address]uint64 // a sender's frames before this one are given up
	recallEnd  uint64             // from this frame on nothing is given up
}

// NewInbound returns an empty book.
func NewInbound() *Inbound {
	i := &Inbound{recalled: map[Address]uint64{}}
	i.stepped.L = &i.Mutex
	return i
}

// Begin begins the delivery of the next frame, which is from's, unless it returns the
// reason why it must not be delivered.
func (i *Inbound) Begin(from Address) (reason string) {
	index := i.next
	i.next++
	switch {
	case i.shut:
		return ReasonDown
	case index < i.recallEnd && index < i.recalled[from]:
		return ReasonCut
	}
	i.delivering, i.from = true, from
	return ""
}

// End ends the delivery, if there is one. It may come late, together with the next Begin, but
// must come before the owner waits for more frames.
func (i *Inbound) End() {
	if i.delivering {
		i.delivering = false
		if i.waiting > 0 {
			i.stepped.Broadcast()
		}
	}
}

// Step ends a delivery and begins the next, with the lock taken.
func (i *Inbound) Step(from Address) (reason string) {
	i.Lock()
	i.End()
	reason = i.Begin(from)
	i.Unlock()
	return reason
}

// Idle calls End with the lock taken.
func (i *Inbound) Idle() {
	i.Lock()
	defer i.Unlock()
	i.End()
}

// Skip counts frames that were given up without a Begin.
func (i *Inbound) Skip(frames uint64) { i.next += frames }

// Delivering reports whether a delivery has begun and not ended.
func (i *Inbound) Delivering() bool { return i.delivering }

// Over reports whether none is in progress and none will begin.
func (i *Inbound) Over() bool { return i.shut && !i.delivering }

// Recall implements Outlet.Recall: it gives up the frames of a sender that are among the
// first taken ones, and waits while one of them is being delivered.
func (i *Inbound) Recall(ctx context.Context, from Address, taken uint64) error {
	i.Lock()
	defer i.Unlock()
	i.recalled[from] = max(i.recalled[from], taken) // of two at once, the later may come first
	i.recallEnd = max(i.recallEnd, taken)
	return i.wait(ctx, func() bool { return i.delivering && i.from == from && i.next <= taken })
}

// Shut has no delivery begin any more.
func (i *Inbound) Shut() {
	i.Lock()
	defer i.Unlock()
	i.shut = true
}

// Wait waits while a frame is being delivered.
func (i *Inbound) Wait(ctx context.Context) error {
	i.Lock()
	defer i.Unlock()
	return i.wait(ctx, func() bool { return i.delivering })
}

// wait waits, with the lock held between, while busy.
func (i *Inbound) wait(ctx context.Context, busy func() bool) error {
	i.waiting++
	defer func() { i.waiting-- }()
	return timing.Wait(ctx, &i.stepped, busy)
}
