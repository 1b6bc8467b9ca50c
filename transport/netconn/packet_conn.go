package netconn

import (
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

// packetConn is what ListenPacket returns.
type packetConn struct {
	stack *Stack
	addr  *Addr

	mu       sync.Mutex
	readable sync.Cond
	queue    []datagram
	queued   int    // bytes, with datagramCost for each
	buffer   int    // how many there may be
	behind   string // why one finds no room, as it is reported; made when it is needed
	readBy   deadline
	writeBy  deadline
	closed   bool
}

type datagram struct {
	from *Addr
	data []byte
}

// datagramCost is what a waiting datagram counts beside its data, in bytes, so that empty
// ones are bounded as well.
const datagramCost = 128

var _ net.PacketConn = (*packetConn)(nil)

// ListenPacket makes a net.PacketConn at a port of this host: network is "udp", address
// is ":port" or "host:port". It fails with EADDRINUSE if there is one. WriteTo takes any
// address whose String is "host:port".
func (s *Stack) ListenPacket(network, address string) (net.PacketConn, error) {
	p, err := s.listenPacket(network, address)
	if err != nil {
		return nil, err
	}
	return p, nil
}

func (s *Stack) listenPacket(network, address string) (*packetConn, error) {
	if err := checkNetwork(network, "udp"); err != nil {
		return nil, opError("listen", network, nil, nil, err)
	}
	addr, err := s.resolveOwn("udp", address)
	if err != nil {
		return nil, opError("listen", network, nil, nil, err)
	}
	p := &packetConn{stack: s, addr: addr, buffer: s.datagramBuffer}
	p.readable.L = &p.mu
	s.mu.Lock()
	defer s.mu.Unlock()
	if addr.port, err = bind(s, s.packets, addr.port); err != nil {
		return nil, opError("listen", network, nil, addr, err)
	}
	s.packets[addr.port] = p
	return p, nil
}

func (p *packetConn) LocalAddr() net.Addr { return p.addr }

// ReadFrom waits for a datagram. What does not fit b is lost.
func (p *packetConn) ReadFrom(b []byte) (int, net.Addr, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for {
		switch {
		case p.closed:
			return 0, nil, opError("read", "udp", p.addr, nil, net.ErrClosed)
		case p.readBy.passed:
			return 0, nil, opError("read", "udp", p.addr, nil, os.ErrDeadlineExceeded)
		case len(p.queue) > 0:
			d := p.queue[0]
			p.queue[0] = datagram{}
			p.queue = p.queue[1:]
			p.count(-len(d.data) - datagramCost)
			return copy(b, d.data), d.from, nil
		}
		p.readable.Wait()
	}
}

// count changes how much is queued.
func (p *packetConn) count(bytes int) {
	p.queued += bytes
	p.stack.counters.buffered.Add(int64(bytes))
}

// WriteTo sends a datagram, which may get lost. One that is too long is EMSGSIZE.
func (p *packetConn) WriteTo(b []byte, to net.Addr) (int, error) {
	addr, err := p.destination(to)
	if err == nil {
		err = p.writeState(len(b))
	}
	if err == nil {
		err = p.stack.send(addr.address, &segment{flags: flagDatagram, from: p.addr.port, to: addr.port}, b, nil)
	}
	if err != nil {
		return 0, opError("write", "udp", p.addr, addr, err)
	}
	return len(b), nil
}

func (p *packetConn) destination(to net.Addr) (*Addr, error) {
	if to == nil {
		return nil, syscall.EDESTADDRREQ
	}
	if addr, ok := to.(*Addr); ok && addr.address != "" {
		return addr, nil
	}
	return p.stack.resolve("udp", to.String())
}

func (p *packetConn) writeState(n int) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.closed:
		return net.ErrClosed
	case p.writeBy.passed:
		return os.ErrDeadlineExceeded
	case n > maxDatagram:
		return syscall.EMSGSIZE
	}
	return nil
}

// Close ends reads with net.ErrClosed. It fails with that the second time.
func (p *packetConn) Close() error {
	p.mu.Lock()
	closed := p.closed
	p.closed = true
	p.readBy.stop()
	p.writeBy.stop()
	p.count(-p.queued)
	p.queue = nil
	p.readable.Broadcast()
	p.mu.Unlock()
	if closed {
		return opError("close", "udp", p.addr, nil, net.ErrClosed)
	}
	p.stack.mu.Lock()
	defer p.stack.mu.Unlock()
	if p.stack.packets[p.addr.port] == p {
		delete(p.stack.packets, p.addr.port)
	}
	return nil
}

func (p *packetConn) SetDeadline(t time.Time) error      { return p.setDeadline(t, true, true) }
func (p *packetConn) SetReadDeadline(t time.Time) error  { return p.setDeadline(t, true, false) }
func (p *packetConn) SetWriteDeadline(t time.Time) error { return p.setDeadline(t, false, true) }

func (p *packetConn) setDeadline(t time.Time, read, write bool) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return opError("set", "udp", p.addr, nil, net.ErrClosed)
	}
	if read {
		p.readBy.reset(t, &p.readable)
	}
	if write {
		p.writeBy.reset(t, &p.readable) // a write never waits
	}
	return nil
}
