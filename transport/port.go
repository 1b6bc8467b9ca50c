package transport

import (
	"context"
	"fmt"
	"sync/atomic"
)

// Outlet moves frames from a Port to their Receiver, and keeps an Inbound of them. It is
// what chanpair and pipe implement for the Switch.
type Outlet interface {
	// Recall gives up the frames of from that are among the first taken frames that
	// left the port and are not yet delivered. Once it has returned nil, none of them
	// is delivered any more. Those it gives up are counted with Port.Lost, then or
	// later.
	Recall(ctx context.Context, from Address, taken uint64) error
}

// Mover is an Outlet that can move a few frames by itself, while whoever sends them waits.
type Mover interface {
	Outlet
	// Move takes encoded frames, all of them or none, and reports which; it must not
	// wait: it is called with the lock of the queue held, when frames have come and Take
	// waits for some, in place of waking Take.
	Move(frames []byte) bool
}

// Port is an open address on the Switch: what an implementation of Endpoint sends
// into, and takes frames out of.
type Port struct {
	in     *inbox
	outlet Outlet
	mover  Mover  // the outlet, if it is one
	waits  bool   // Take does, and has not been woken; the inbox's lock guards it
	spare  *Batch // what Take waits with; the inbox's lock guards it
	taken  uint64 // frames that left the queue; the inbox's lock guards it
	closed atomic.Bool
	last   atomic.Pointer[lane] // where the last frame went: most go there again
}

// Attach opens an address on the Switch for an Outlet. It returns ErrAddress or
// ErrInUse, wrapped with the address.
func (s *Switch) Attach(address Address, outlet Outlet) (*Port, error) {
	if err := address.Check(); err != nil {
		return nil, fmt.Errorf("transport: open %q: %w", address, err)
	}
	in := s.inbox(address)
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.port != nil {
		return nil, fmt.Errorf("transport: open %q: %w", address, ErrInUse)
	}
	mover, _ := outlet.(Mover)
	in.port = &Port{in: in, outlet: outlet, mover: mover}
	return in.port, nil
}

// Address returns the address the port is attached at.
func (p *Port) Address() Address { return p.in.address }

// Send implements Endpoint.Send.
func (p *Port) Send(to Address, payload []byte) error {
	b := Burst{port: p}
	defer b.End()
	return b.Send(to, payload)
}

func (p *Port) sendError(to Address, err error) error {
	return fmt.Errorf("transport: %q: send to %q: %w", p.in.address, to, err)
}

// Take waits for frames and moves all that are in the queue to batch, whose former
// content is forgotten. It returns false, with an empty batch, once the port is
// closed.
func (p *Port) Take(batch *Batch) bool {
	batch.reset()
	in := p.in
	in.lock()
	defer in.mu.Unlock()
	for in.queue.count == 0 && in.port == p {
		p.waits, p.spare = true, batch
		in.ready.Wait()
		in.rec.anew()
		p.waits, p.spare = false, nil
	}
	if in.port != p {
		return false
	}
	in.queue, *batch = *batch, in.queue
	p.taken += uint64(batch.count)
	in.rec.taken()
	return true
}

// Lost tells the port that frames taken from it were given up on the way, in
// answer to a Recall or because the outlet broke, or that the Receiver has discarded them.
func (p *Port) Lost(from Address, reason string, frames, bytes int) {
	p.in.lock()
	defer p.in.mu.Unlock()
	ln := p.in.lane(from)
	switch {
	case reason != ReasonCut:
	case ln.recaller != nil:
		ln.recaller.Add(uint64(frames))
	default: // its sender was closed, and no cut has recalled them
		reason = ReasonCrash
	}
	ln.lost(reason, frames, bytes)
	p.in.rec.gaveUp(ln, reason, frames)
}

// Close detaches the port. What waits for it is dropped. When it returns nil,
// nothing it ever sent will be delivered; it returns an error if a receiver's
// process did not confirm that before ctx ended. Closing twice is allowed.
func (p *Port) Close(ctx context.Context) error {
	if p.closed.Swap(true) {
		return nil
	}
	sw, from := p.in.sw, p.in.address
	p.in.lock()
	for _, ln := range p.in.lanes {
		ln.recaller = nil
		ln.purge(ReasonDown)
	}
	p.in.port = nil
	p.in.ready.Broadcast()
	p.in.mu.Unlock()

	sw.mu.RLock()
	links := make([]Link, 0, len(sw.inboxes))
	for to := range sw.inboxes {
		links = append(links, Link{from, to})
	}
	sw.mu.RUnlock()
	return sw.recall(ctx, links, func(ln *lane) {
		ln.recaller = nil
		ln.purge(ReasonCrash)
	})
}
