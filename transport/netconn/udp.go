package netconn

import (
	"errors"
	"net"
	"net/netip"
	"os"
	"syscall"

	"github.com/7aca83c2/multinode/transport"
)

// udpConn is a packetConn of a host that has an IP address, with the methods of a
// net.UDPConn that tell addresses.
type udpConn struct{ *packetConn }

var (
	_ net.Conn       = (*packetConn)(nil)
	_ net.PacketConn = (*packetConn)(nil)
)

// public returns what programs see.
func (p *packetConn) public() interface {
	net.Conn
	net.PacketConn
} {
	if p.addr.ip.IsValid() {
		return udpConn{p}
	}
	return p
}

// dialPacket makes a connected socket at a port of its own.
func (s *Stack) dialPacket(network string, remote *Addr) (net.Conn, error) {
	p, err := s.bindPacket(network, s.addr("udp", s.address, 0), remote)
	if errors.Is(err, syscall.EADDRINUSE) {
		err = syscall.EADDRNOTAVAIL
	}
	if err != nil {
		return nil, err
	}
	return p.public(), nil
}

// bindPacket makes a socket at an address of this host, and connects it to remote unless
// that is nil.
func (s *Stack) bindPacket(network string, addr, remote *Addr) (_ *packetConn, err error) {
	p := &packetConn{stack: s, network: network, addr: addr, remote: remote, buffer: s.datagramBuffer}
	p.readable.L = &p.mu
	s.mu.Lock()
	defer s.mu.Unlock()
	if addr.port, err = bind(s, s.packets, addr.port); err != nil {
		return nil, err
	}
	s.packets[addr.port] = p
	return p, nil
}

// receiveDatagram takes a datagram, or what came back for one. One that no socket is there
// for is answered.
func (s *Stack) receiveDatagram(p *packetConn, from transport.Address, g *segment) {
	takes := p != nil && p.takes(from, g.from)
	switch {
	case g.flags == flagUnreachable:
		if takes && p.remote != nil {
			p.refuse()
		}
	case takes:
		s.deliver(p, from, g)
	default:
		s.deliver(nil, from, g)
		_ = s.send(from, &segment{flags: flagUnreachable, from: g.to, to: g.from}, nil, nil) // fails only once the endpoint is closed
	}
}

// takes reports whether the socket reads what comes from a port of a host.
func (p *packetConn) takes(from transport.Address, port uint16) bool {
	return p.remote == nil || p.remote.address == from && p.remote.port == port
}

// refuse has the next read or write fail with ECONNREFUSED.
func (p *packetConn) refuse() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refused = true
	p.readable.Broadcast()
}

// fault returns why the socket must not be used, if so; what was sent to nobody is told once.
func (p *packetConn) fault(by *deadline) error {
	switch {
	case p.closed:
		return net.ErrClosed
	case by.passed:
		return os.ErrDeadlineExceeded
	case p.refused:
		p.refused = false
		return syscall.ECONNREFUSED
	}
	return nil
}

func (p *packetConn) RemoteAddr() net.Addr { return p.remote.public() }

// Read waits for a datagram. What does not fit b is lost.
func (p *packetConn) Read(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil
	}
	n, _, err := p.receive(b)
	return n, p.opError("read", "read", p.remote, err)
}

// Write sends a datagram to the address that was dialed; if none was, it is EDESTADDRREQ.
func (p *packetConn) Write(b []byte) (int, error) {
	if err := p.transmit(b, p.remote); err != nil {
		return 0, p.opError("write", "write", p.remote, err)
	}
	return len(b), nil
}

// transmit sends a datagram.
func (p *packetConn) transmit(b []byte, to *Addr) error {
	if err := p.writeState(len(b)); err != nil {
		return err
	}
	if to == nil {
		return syscall.EDESTADDRREQ
	}
	return p.stack.send(to.address, &segment{flags: flagDatagram, from: p.addr.port, to: to.port}, b, nil)
}

// opError returns what package net returns when op, in a system call, fails with err.
func (p *packetConn) opError(op, call string, addr *Addr, err error) error {
	if err == nil {
		return nil
	}
	if errno, ok := err.(syscall.Errno); ok {
		err = os.NewSyscallError(call, errno)
	}
	return opError(op, p.network, p.addr, addr, err)
}

// ReadFromUDP is ReadFrom for who wants the type.
func (u udpConn) ReadFromUDP(b []byte) (int, *net.UDPAddr, error) {
	n, from, err := u.ReadFromUDPAddrPort(b)
	if err != nil {
		return 0, nil, err
	}
	return n, net.UDPAddrFromAddrPort(from), nil
}

// ReadFromUDPAddrPort is ReadFrom for who wants the type.
func (u udpConn) ReadFromUDPAddrPort(b []byte) (int, netip.AddrPort, error) {
	n, from, err := u.receive(b)
	if err != nil {
		return 0, netip.AddrPort{}, u.opError("read", "recvfrom", u.remote, err)
	}
	return n, from.addrPort(), nil
}

// WriteToUDP is WriteTo for who has the type.
func (u udpConn) WriteToUDP(b []byte, to *net.UDPAddr) (int, error) { return u.WriteTo(b, to) }

// WriteToUDPAddrPort is WriteTo for who has the type.
func (u udpConn) WriteToUDPAddrPort(b []byte, to netip.AddrPort) (int, error) {
	return u.WriteTo(b, net.UDPAddrFromAddrPort(to))
}
