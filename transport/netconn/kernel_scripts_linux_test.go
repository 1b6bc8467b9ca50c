package netconn_test

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"time"
)

var scripts = map[string]func(*script){
	"addresses that make no sense": func(s *script) {
		for _, address := range []string{
			"127.0.0.1", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:no-such-service", "", "1:2:3:4", "[127.0.0.1:80", "[::1]", "127.0.0.1:1 ",
		} {
			_, err := s.dial("tcp", address)
			s.note("dial tcp "+address, err)
			_, err = s.dial("udp", address)
			s.note("dial udp "+address, err)
			if address != "" {
				_, err = s.b.Listen("tcp", address)
				s.note("listen "+address, err)
				_, err = s.b.ListenPacket("udp", address)
				s.note("listen "+address, err)
			}
		}
		_, err := s.dial("tcp6", "127.0.0.1:80")
		s.note("tcp6", err)
		_, err = s.dial("udp4", "[::1]:80")
		s.note("udp4", err)
		_, err = s.b.Listen("tcp6", "127.0.0.1:0")
		s.note("listen tcp6", err)
	},

	"addresses to listen at": func(s *script) {
		for _, address := range []string{":0", "0.0.0.0:0", "127.0.0.1:0", "localhost:0", "127.0.0.1:", ""} {
			l, err := s.b.Listen("tcp4", address)
			s.note("listen "+address, err)
			if err == nil {
				port := netip.MustParseAddrPort(l.Addr().String()).Port()
				_, err = s.b.Listen("tcp4", fmt.Sprint("127.0.0.1:", port))
				s.note("again", err)
				_ = l.Close()
			}
		}
		for _, address := range []string{"192.0.2.1:0", "192.0.2.1:8080"} {
			_, err := s.b.Listen("tcp", address)
			s.note("listen "+address, err)
			_, err = s.b.ListenPacket("udp", address)
			s.note("listen packet "+address, err)
		}
	},

	"dials that are refused": func(s *script) {
		l := s.listen()
		_ = l.Close()
		_, err := s.dial("tcp", l.Addr().String())
		s.note("closed", err)
		_, err = s.dial("tcp", "127.0.0.1:discard")
		s.note("service", err)
		_, err = s.dial("tcp", "127.0.0.1:0")
		s.note("port 0", err)
		_, err = s.dial("tcp", "localhost:1")
		s.note("localhost", err)
	},

	"dials whose context has ended": func(s *script) {
		l := s.listen()
		ctx, cancel := context.WithCancel(s.Context())
		cancel()
		_, err := s.a.DialContext(ctx, "tcp", l.Addr().String())
		s.note("canceled", err)
		ctx, cancel = context.WithDeadline(s.Context(), time.Now().Add(-time.Second))
		defer cancel()
		_, err = s.a.DialContext(ctx, "tcp", l.Addr().String())
		s.note("too late", err)
	},

	"types of addresses": func(s *script) {
		x, y := s.connect()
		for _, c := range []net.Conn{x, y} {
			s.see("addresses", fmt.Sprintf("%T %T", c.LocalAddr(), c.RemoteAddr()))
			_, err := netip.ParseAddrPort(c.RemoteAddr().String())
			s.note("parse", err)
		}
		s.see("ends", x.LocalAddr().String() == y.RemoteAddr().String() && x.RemoteAddr().String() == y.LocalAddr().String())
		s.see("listener", fmt.Sprintf("%T", s.listen().Addr()))
	},

	"deadlines": func(s *script) {
		x, y := s.connect()
		_ = x.SetReadDeadline(time.Now().Add(10 * time.Millisecond))
		s.read(x)
		_, err := x.Read(nil)
		s.note("read nothing", err)
		s.write(x, "hello")
		s.read(y)
		_ = x.SetReadDeadline(time.Time{})
		s.write(y, "hello")
		s.read(x)
		s.write(y, "hello")
		_ = x.SetDeadline(time.Now().Add(-time.Second))
		s.read(x)
		s.write(x, "x")
		s.write(x, "")
		_ = y.SetWriteDeadline(time.Now().Add(50 * time.Millisecond))
		s.note("fill", fill(y))
		_ = x.SetDeadline(time.Now().Add(10 * time.Second))
		s.read(x)
	},

	"what is closed": func(s *script) {
		x, _ := s.connect()
		s.note("close", x.Close())
		s.note("close again", x.Close())
		s.read(x)
		_, err := x.Read(nil)
		s.note("read nothing", err)
		s.write(x, "x")
		s.note("CloseRead", x.CloseRead())
		s.note("CloseWrite", x.CloseWrite())
		s.note("SetDeadline", x.SetDeadline(time.Now()))
		s.note("SetReadDeadline", x.SetReadDeadline(time.Now()))
		s.note("SetLinger", x.SetLinger(0))
		s.note("SetNoDelay", x.SetNoDelay(true))
		s.note("SetKeepAlive", x.SetKeepAlive(true))
		s.note("SetKeepAlivePeriod", x.SetKeepAlivePeriod(time.Second))
		s.note("SetKeepAliveConfig", x.SetKeepAliveConfig(net.KeepAliveConfig{}))
		s.note("SetReadBuffer", x.SetReadBuffer(1<<16))
		s.note("SetWriteBuffer", x.SetWriteBuffer(1<<16))
	},

	"networks with a family": func(s *script) {
		l, err := s.b.Listen("tcp4", "127.0.0.1:0")
		s.note("listen", err)
		_, err = s.b.Listen("tcp4", l.Addr().String())
		s.note("listen again", err)
		x, err := s.dial("tcp4", l.Addr().String())
		s.note("dial", err)
		y, err := l.Accept()
		s.note("accept", err)
		for _, c := range []net.Conn{x, y} {
			_ = c.Close()
			s.read(c)
			s.see("addresses", c.LocalAddr().Network()+c.RemoteAddr().Network())
		}
		_ = l.Close()
		_, err = l.Accept()
		s.note("accept", err)
		p, err := s.b.ListenPacket("udp4", "127.0.0.1:0")
		s.note("listen packet", err)
		_ = p.Close()
		_, _, err = p.ReadFrom(make([]byte, 1))
		s.note("read", err)
	},

	"socket options": func(s *script) {
		x, y := s.connect()
		s.note("SetNoDelay", x.SetNoDelay(false))
		s.note("SetLinger", x.SetLinger(-1))
		s.note("SetReadBuffer", x.SetReadBuffer(1<<16))
		s.note("SetWriteBuffer", x.SetWriteBuffer(1))
		for _, d := range []time.Duration{0, -1, 1, time.Second, 32767 * time.Second, 32768 * time.Second} {
			s.note(fmt.Sprint("SetKeepAlivePeriod ", d), x.SetKeepAlivePeriod(d))
			s.note(fmt.Sprint("interval ", d), x.SetKeepAliveConfig(net.KeepAliveConfig{Enable: true, Interval: d}))
		}
		for _, n := range []int{-1, 0, 1, 127, 128} {
			s.note(fmt.Sprint("count ", n), x.SetKeepAliveConfig(net.KeepAliveConfig{Enable: true, Count: n}))
		}
		_ = y.SetLinger(0)
		_ = y.Close()
		s.read(x)
		s.note("SetNoDelay once reset", x.SetNoDelay(true))
		s.note("SetKeepAlive once reset", x.SetKeepAlive(true))
		s.note("SetDeadline once reset", x.SetDeadline(time.Now()))
	},

	"a half close": func(s *script) {
		x, y := s.connect()
		s.write(x, "question")
		s.note("CloseWrite", x.CloseWrite())
		s.note("CloseWrite again", x.CloseWrite())
		s.write(x, "more")
		s.read(y)
		s.read(y)
		s.write(y, "answer")
		s.read(x)
		s.note("close", y.Close())
		s.read(x)
		s.read(x)
		s.write(x, "more")
		s.note("CloseWrite at the end", x.CloseWrite())
		s.note("CloseRead at the end", x.CloseRead())
		s.note("close", x.Close())
	},

	"CloseRead": func(s *script) {
		x, y := s.connect()
		s.write(y, "before")
		s.note("CloseRead", while(func() error { s.read(x); return nil }, func() {}))
		s.note("CloseRead", while(func() error { s.read(x); return nil }, func() { _ = x.CloseRead() }))
		s.write(y, "after")
		s.readOn(x)
		s.read(x)
		s.note("CloseRead again", x.CloseRead())
		s.write(x, "still here")
		s.read(y)
	},

	"a reset by what nobody read": func(s *script) {
		x, y := s.connect()
		s.write(y, "before")
		s.read(x)
		s.write(x, "unread")
		s.note("wait", waitFor(y))
		s.note("close", y.Close())
		s.read(x)
		s.read(x)
		s.write(x, "x")
		s.note("CloseWrite", x.CloseWrite())
		s.note("CloseRead", x.CloseRead())
		s.note("close", x.Close())
	},

	"a reset behind data": func(s *script) {
		x, y := s.connect()
		s.write(y, "data")
		s.note("wait", waitFor(x))
		_ = y.SetLinger(0)
		_ = y.Close()
		s.writeOn(x)
		s.read(x) // one byte is left of it
		s.read(x)
		s.write(x, "x")
	},

	"a reset of a half closed connection": func(s *script) {
		x, y := s.connect()
		s.note("CloseWrite", x.CloseWrite())
		s.read(y)
		_ = y.SetLinger(0)
		_ = y.Close()
		s.read(x)
		s.read(x)
		s.write(x, "x")
	},

	"a peer that has closed": func(s *script) {
		x, y := s.connect()
		_ = y.Close()
		s.read(x)
		s.read(x)
		s.write(x, "too late")
		s.writeOn(x)
		s.write(x, "x")
		s.read(x)
		s.note("CloseWrite", x.CloseWrite())
	},

	"a peer that has closed, unnoticed": func(s *script) {
		x, y := s.connect()
		_ = y.Close()
		s.writeOn(x)
		s.read(x)
		s.read(x)
	},

	"who waits": func(s *script) {
		x, _ := s.connect()
		s.note("read and close", while(func() error { _, err := x.Read(make([]byte, 1)); return err }, func() { _ = x.Close() }))
		x, _ = s.connect()
		s.note("write and close", while(func() error { return fill(x) }, func() { _ = x.Close() }))
		x, y := s.connect()
		s.note("read and reset", while(func() error { _, err := x.Read(make([]byte, 1)); return err }, func() { _ = y.SetLinger(0); _ = y.Close() }))
		s.read(x)
		x, y = s.connect()
		s.note("write and reset", while(func() error { return fill(x) }, func() { _ = waitFor(y); _ = y.Close() }))
		s.write(x, "x")
		x, _ = s.connect()
		s.note("write and CloseWrite", while(func() error { return fill(x) }, func() { _ = x.CloseWrite() }))
	},

	"a listener": func(s *script) {
		l := s.listen()
		_ = l.SetDeadline(time.Now().Add(10 * time.Millisecond))
		_, err := l.Accept()
		s.note("accept", err)
		_ = l.SetDeadline(time.Time{})
		x, err := s.dial("tcp", l.Addr().String())
		s.note("dial", err)
		_ = x.(tcpConn).SetLinger(0)
		_ = x.Close()
		y, err := l.Accept()
		s.note("accept what was reset", err)
		s.read(y)
		x, err = s.dial("tcp", l.Addr().String())
		s.note("dial", err)
		s.note("close", l.Close())
		s.read(x)
		_, err = l.Accept()
		s.note("accept", err)
		s.note("close again", l.Close())
		s.note("SetDeadline", l.SetDeadline(time.Now()))
		l = s.listen()
		s.note("accept and close", while(func() error { _, err := l.Accept(); return err }, func() { _ = l.Close() }))
	},
}

// waitFor waits until something can be read, by reading one byte of it.
func waitFor(c net.Conn) error {
	_, err := c.Read(make([]byte, 1))
	return err
}
