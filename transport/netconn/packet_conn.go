package netconn

import (
	"net"
	"sync"
	"syscall"
	"time"
)

// packetConn is what ListenPacket returns, and Dial over "udp".
type packetConn struct {
	stack   *Stack
	network string // "udp", "udp4" or "udp6"
	addr    *Addr
	remote  *Addr // where it is connected to, or nil

	mu       sync.Mutex
	readable sync.Cond
	queue    []datagram
	queued   int    // bytes, with datagramCost for each
	buffer   int    // how many there may be
	behind   string // why one finds no room, as it is reported; made when it is needed
	readBy   deadline
	writeBy  deadline
	closed   bool
	refused  bool // something was sent to a port where nobody listens
}

type datagram struct {
	from *Addr
	data []byte
}

// datagramCost is what a waiting datagram counts beside its data, in bytes, so that empty
// ones are bounded as well.
const datagramCost = 128

// ListenPacket makes a net.PacketConn at a port of this host: network is "udp", address
// is ":port" or "host:port". It fails with EADDRINUSE if there is one. WriteTo takes any
// address whose String is "host:port". It is a net.Conn as well, as a *net.UDPConn is, but
// Write fails with EDESTADDRREQ.
func (s *Stack) ListenPacket(network, address string) (net.PacketConn, error) {
	var p *packetConn
	addr, err := s.resolveOwn(network, "udp", address)
	if err == nil {
		p, err = s.bindPacket(network, addr, nil)
	}
	if err != nil {
		return nil, opError("listen", network, nil, addr, err)
	}
	return p.public(), nil
}

func (p *packetConn) LocalAddr() net.Addr { return p.addr.public() }

// ReadFrom waits for a datagram. What does not fit b is lost.
func (p *packetConn) ReadFrom(b []byte) (int, net.Addr, error) {
	n, from, err := p.receive(b)
	return n, from.public(), p.opError("read", "recvfrom", p.remote, err)
}

// receive waits for a datagram.
func (p *packetConn) receive(b []byte) (int, *Addr, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for {
		if err := p.fault(&p.readBy); err != nil {
			return 0, nil, err
		}
		if len(p.queue) > 0 {
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

// WriteTo sends a datagram, which may get lost. One that is too long is EMSGSIZE. On a
// connected socket it fails with net.ErrWriteToConnected.
func (p *packetConn) WriteTo(b []byte, to net.Addr) (int, error) {
	if to == nil {
		return 0, &net.OpError{Op: "write", Net: p.network, Source: p.LocalAddr(), Err: syscall.EINVAL}
	}
	addr, err := p.destination(to)
	if err == nil {
		err = p.transmit(b, addr)
	}
	if err != nil {
		return 0, p.opError("write", "sendto", addr, err)
	}
	return len(b), nil
}

func (p *packetConn) destination(to net.Addr) (*Addr, error) {
	addr, ok := to.(*Addr)
	var err error
	if !ok || addr.address == "" {
		addr, err = p.stack.resolve("udp", to.String())
	}
	if err == nil && p.remote != nil {
		err = net.ErrWriteToConnected
	}
	return addr, err
}

func (p *packetConn) writeState(n int) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	err := p.fault(&p.writeBy)
	if err == nil && n > maxDatagram {
		err = syscall.EMSGSIZE
	}
	return err
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
		return opError("close", p.network, p.addr, p.remote, net.ErrClosed)
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
	return p.set(true, func() {
		if read {
			p.readBy.reset(t, &p.readable)
		}
		if write {
			p.writeBy.reset(t, &p.readable) // a write never waits
		}
	})
}
