package netconn_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"time"
)

func init() {
	scripts["a connected socket"] = func(s *script) {
		x, echo := s.connectPacket()
		s.see("types", fmt.Sprintf("%T %T", x.LocalAddr(), x.RemoteAddr()))
		s.write(x, "hello")
		s.echo(echo)
		s.read(x)
		s.write(x, "")
		s.echo(echo)
		s.read(x)
		s.write(x, "longer than what there is room for")
		s.echo(echo)
		n, err := x.Read(make([]byte, 6))
		s.note(fmt.Sprintf("read %d", n), err)
		s.write(x, "from whom?")
		s.echo(echo)
		buf := make([]byte, 100)
		n, from, err := x.ReadFrom(buf)
		s.note(fmt.Sprintf("read from %t %T %q", from.String() == x.RemoteAddr().String(), from, buf[:n]), err)
		_, err = x.WriteTo([]byte("x"), x.RemoteAddr())
		s.note("WriteTo", err)
		_, err = x.WriteToUDPAddrPort([]byte("x"), netip.MustParseAddrPort(x.RemoteAddr().String()))
		s.note("WriteToUDPAddrPort", err)
		s.write(x, string(make([]byte, 65508)))
		_, err = x.Read(nil)
		s.note("read nothing", err)
		s.deadlines(x)
	}

	scripts["a socket that others write to as well"] = func(s *script) {
		x, echo := s.connectPacket()
		other := s.listenPacket()
		_, err := other.WriteTo([]byte("not for you"), x.LocalAddr())
		s.note("other", err)
		s.write(x, "hello")
		s.echo(echo)
		s.read(x)
		_ = other.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
		s.read(other)
	}

	scripts["a port where nobody listens"] = func(s *script) {
		x, echo := s.connectPacket()
		_ = echo.Close()
		s.write(x, "anybody there?")
		s.read(x) // waits for it
		_ = x.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
		s.read(x)
		s.writeOn(x)
		for err := error(nil); err == nil; { // there may be more than one answer
			_, err = x.Write([]byte("anybody there?"))
		}
		for err := errors.New("refused"); err != nil; {
			_, err = x.Write([]byte("anybody there?"))
		}
		s.read(x) // the deadline, which has passed, goes before
		_ = x.SetReadDeadline(time.Time{})
		_, _, err := x.ReadFrom(make([]byte, 1))
		s.note("ReadFrom", err)

		p := s.listenPacket()
		_, err = p.WriteTo([]byte("anybody there?"), echo.LocalAddr())
		s.note("WriteTo", err)
		_ = p.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
		s.read(p)
	}

	scripts["a socket that is not connected"] = func(s *script) {
		p, q := s.listenPacket(), s.listenPacket()
		s.see("remote", p.RemoteAddr())
		s.see("local", fmt.Sprintf("%T", p.LocalAddr()))
		s.write(p, "to whom?")
		_, err := p.WriteTo([]byte("x"), nil)
		s.note("WriteTo nil", err)
		_, err = p.WriteTo(make([]byte, 65508), q.LocalAddr())
		s.note("WriteTo", err)
		_, err = p.WriteToUDP([]byte("one"), q.LocalAddr().(*net.UDPAddr))
		s.note("WriteToUDP", err)
		_, err = p.WriteToUDPAddrPort([]byte("two"), q.LocalAddr().(*net.UDPAddr).AddrPort())
		s.note("WriteToUDPAddrPort", err)
		_, err = p.WriteTo([]byte("three"), q.LocalAddr())
		s.note("WriteTo", err)
		buf := make([]byte, 100)
		n, from, err := q.ReadFromUDP(buf)
		s.note(fmt.Sprintf("ReadFromUDP %q %t", buf[:n], from.String() == p.LocalAddr().String()), err)
		n, at, err := q.ReadFromUDPAddrPort(buf)
		s.note(fmt.Sprintf("ReadFromUDPAddrPort %q %t", buf[:n], at.String() == p.LocalAddr().String()), err)
		s.read(q)
		_, err = s.b.ListenPacket("udp", p.LocalAddr().String())
		s.note("listen again", err)
		s.deadlines(p)
	}
}

// udp is what *net.UDPConn is, but for what needs a file descriptor.
type udp interface {
	net.Conn
	net.PacketConn
	SetReadBuffer(bytes int) error
	SetWriteBuffer(bytes int) error
	ReadFromUDP(b []byte) (int, *net.UDPAddr, error)
	ReadFromUDPAddrPort(b []byte) (int, netip.AddrPort, error)
	WriteToUDP(b []byte, to *net.UDPAddr) (int, error)
	WriteToUDPAddrPort(b []byte, to netip.AddrPort) (int, error)
}

func (s *script) listenPacket() udp {
	s.Helper()
	p, err := s.b.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		s.Fatal(err)
	}
	return s.guard(p.(udp))
}

// connectPacket returns a socket of a that is connected to one of b.
func (s *script) connectPacket() (x, echo udp) {
	s.Helper()
	echo = s.listenPacket()
	c, err := s.dial("udp", echo.LocalAddr().String())
	if err != nil {
		s.Fatal(err)
	}
	return s.guard(c.(udp)), echo
}

func (s *script) guard(p udp) udp {
	s.Cleanup(func() { _ = p.Close() })
	_ = p.SetDeadline(time.Now().Add(10 * time.Second)) // or what hangs would hang
	return p
}

// echo answers one datagram.
func (s *script) echo(p udp) {
	buf := make([]byte, 100)
	n, from, err := p.ReadFrom(buf)
	if err == nil {
		_, err = p.WriteTo(buf[:n], from)
	}
	s.note(fmt.Sprintf("echo %q", buf[:n]), err)
}

// deadlines notes what a socket does at the end.
func (s *script) deadlines(p udp) {
	_ = p.SetDeadline(time.Now().Add(-time.Second))
	s.read(p)
	_, _, err := p.ReadFrom(make([]byte, 1))
	s.note("ReadFrom", err)
	s.write(p, "x")
	_ = p.SetDeadline(time.Time{})
	err = while(func() error { _, err := p.Read(make([]byte, 1)); return err }, func() { _ = p.Close() })
	s.note("read and close", err)
	s.read(p)
	_, _, err = p.ReadFrom(make([]byte, 1))
	s.note("ReadFrom", err)
	s.write(p, "x")
	_, err = p.WriteTo([]byte("x"), p.LocalAddr())
	s.note("WriteTo", err)
	s.note("close", p.Close())
	s.note("SetDeadline", p.SetDeadline(time.Now()))
	s.note("SetReadBuffer", p.SetReadBuffer(1<<16))
	s.note("SetWriteBuffer", p.SetWriteBuffer(1<<16))
	s.see("deadline and end", fmt.Sprint(errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, io.EOF)))
}
