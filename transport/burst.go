package transport

import "net"

// Burst sends frames of a Port that have come together: the lock of a queue is taken
// once for those in a row that go to the same receiver, and the receiver is woken once,
// behind them.
//
// A Burst holds the lock of a receiver's queue from Send to End. Between the two nothing
// else may be done with the Switch, and nothing that waits: all others who send to that
// receiver, and whoever cuts it off, wait for End. A Burst is for one goroutine at a time.
type Burst struct {
	port  *Port
	lane  *lane // where the last frame went, whose inbox is locked; or nil
	room  int   // how many frames it may take until others get their turn
	clear bool  // the lane's frames need only be queued

	frames, bytes uint64 // queued so, and not counted yet
}

// NewBurst returns a Burst of the port, which can be used again after End.
func (p *Port) NewBurst() *Burst { return &Burst{port: p} }

// turn is how many frames in a row keep the lock of a queue.
const turn = 64

// Send implements Endpoint.Send.
func (b *Burst) Send(to Address, payload []byte) error {
	ln := b.lane
	if ln == nil || !b.clear || b.room == 0 || ln.in.address != to || len(payload) > ln.in.free() {
		return b.judge(to, payload)
	}
	b.room--
	b.frames++
	b.bytes += uint64(len(payload))
	ln.in.queue.add(ln.stats.From, payload)
	ln.in.rec.queued(ln, payload, ln.in.rec.time())
	return nil
}

// judge sends a frame that needs more than to be queued.
func (b *Burst) judge(to Address, payload []byte) error {
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
		ln.in.lock()
		b.lane, b.room = ln, turn
		b.clear = ln.isClear() && ln.in.port != nil && !p.closed.Load()
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
	if b == nil || b.lane == nil {
		return
	}
	ln := b.lane
	ln.stats.queued(b.frames, b.bytes)
	b.lane, b.frames, b.bytes = nil, 0, 0
	ln.in.moveOrWake()
	ln.in.mu.Unlock()
}

// laneTo returns the port's lane to an address. Most frames go where the last one went.
func (p *Port) laneTo(to Address) (*lane, error) {
	if ln := p.last.Load(); ln != nil && ln.in.address == to {
		return ln, nil
	}
	if err := to.Check(); err != nil {
		return nil, err
	}
	in := p.in.sw.inbox(to)
	in.mu.Lock()
	ln := in.lane(p.in.address)
	in.mu.Unlock()
	p.last.Store(ln)
	return ln, nil
}
