package transport

import "net"

// Burst sends frames of a Port that have come together: the lock of a queue is taken
// once for those in a row that go to the same receiver, and the receiver is woken once,
// behind them. Between Send and End nothing else may be done with the Switch.
type Burst struct {
	port *Port
	lane *lane // where the last frame went, whose inbox is locked; or nil
	room int   // how many frames it may take until others get their turn
}

// NewBurst returns a Burst of the port, which can be used again after End.
func (p *Port) NewBurst() *Burst { return &Burst{port: p} }

// turn is how many frames in a row keep the lock of a queue.
const turn = 64

// Send does what Endpoint.Send promises.
func (b *Burst) Send(to Address, payload []byte) error {
	p := b.port
	if len(payload) > MaxPayload {
		return p.sendError(to, ErrTooLong)
	}
	if b.lane == nil || b.room == 0 || b.lane.in.address != to {
		b.End()
		ln, err := p.laneTo(to)
		if err != nil {
			return p.sendError(to, err)
		}
		ln.in.mu.Lock()
		b.lane, b.room = ln, turn
	}
	b.room-- // of a closed port, too
	if p.closed.Load() {
		return p.sendError(to, net.ErrClosed)
	}
	b.lane.send(payload)
	return nil
}

// End lets the receivers have what was sent. It does nothing if b is nil.
func (b *Burst) End() {
	if b == nil {
		return
	}
	if ln := b.lane; ln != nil {
		b.lane = nil
		ln.in.wake()
		ln.in.mu.Unlock()
	}
}

// laneTo returns the port's lane to an address. Most frames go where the last one went.
func (p *Port) laneTo(to Address) (*lane, error) {
	if ln := p.last.Load(); ln != nil && ln.in.address == to {
		return ln, nil
	}
	if err := checkAddress(to); err != nil {
		return nil, err
	}
	in := p.in.sw.inbox(to)
	in.mu.Lock()
	ln := in.lane(p.in.address)
	in.mu.Unlock()
	p.last.Store(ln)
	return ln, nil
}
