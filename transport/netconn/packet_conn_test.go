package netconn_test

import (
	"errors"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/7aca83c2/multinode/transport/netconn"
)

func packets(w *world, s *netconn.Stack, address string) net.PacketConn {
	w.Helper()
	p, err := s.ListenPacket("udp", address)
	if err != nil {
		w.Fatal(err)
	}
	return p
}

func TestDatagrams(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		a, b := packets(w, w.a, ":0"), packets(w, w.b, "b:7946")
		for _, sent := range []string{"ping", "", strings.Repeat("x", 65507)} {
			if n, err := a.WriteTo([]byte(sent), b.LocalAddr()); n != len(sent) || err != nil {
				w.Errorf("write: %d, %v", n, err)
			}
			buf := make([]byte, 1<<16)
			n, from, err := b.ReadFrom(buf)
			if err != nil || string(buf[:n]) != sent || from.String() != a.LocalAddr().String() || from.Network() != "udp" {
				w.Errorf("read: %d bytes from %v, %v", n, from, err)
			}
			if _, err := b.WriteTo([]byte("pong"), from); err != nil {
				w.Error(err)
			}
			if n, from, err = a.ReadFrom(buf[:2]); n != 2 || from.String() != "b:7946" || err != nil {
				w.Errorf("read: %d bytes from %v, %v", n, from, err)
			}
		}
	})
}

func TestAddressesOfOtherTypesAreUnderstood(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		a, b := packets(w, w.a, ":53"), packets(w, w.b, ":53")
		if _, err := a.WriteTo([]byte("ping"), &net.UDPAddr{IP: net.IPv4(10, 0, 0, 2), Port: 53}); err != nil {
			w.Error(err)
		}
		buf := make([]byte, 10)
		if n, from, err := b.ReadFrom(buf); n != 4 || from.String() != "10.0.0.1:53" || err != nil {
			w.Errorf("read: %d bytes from %v, %v", n, from, err)
		}
	}, netconn.WithHosts(netconn.Hosts{"10.0.0.1": "a", "10.0.0.2": "b"}))
}

func TestPacketErrors(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		a := packets(w, w.a, ":1")
		_, err := w.a.ListenPacket("udp", "a:1")
		text(w, err, "listen udp a:1: bind: address already in use")
		_, err = w.a.ListenPacket("tcp", ":1")
		text(w, err, "listen tcp: unknown network tcp (only udp, udp4 and udp6)")
		_, err = a.WriteTo(make([]byte, 65508), a.LocalAddr())
		text(w, err, "write udp a:1->a:1: sendto: message too long")
		_, err = a.WriteTo(nil, nil)
		text(w, err, "write udp a:1: invalid argument")
		buffered := a.(interface{ SetReadBuffer(int) error })
		text(w, buffered.SetReadBuffer(-1), "set udp a:1: setsockopt: invalid argument")
		_ = a.SetReadDeadline(time.Now().Add(time.Second))
		_, _, err = a.ReadFrom(nil)
		text(w, err, "read udp a:1: i/o timeout")
		if !errors.Is(err, os.ErrDeadlineExceeded) {
			w.Error("it is another error")
		}
		_ = a.SetDeadline(time.Now().Add(-time.Second))
		_, err = a.WriteTo(nil, a.LocalAddr())
		text(w, err, "write udp a:1->a:1: i/o timeout")
		if err := a.Close(); err != nil {
			w.Error(err)
		}
		_, _, err = a.ReadFrom(nil)
		text(w, err, "read udp a:1: use of closed network connection")
		text(w, buffered.SetReadBuffer(1), "set udp a:1: use of closed network connection")
		text(w, a.Close(), "close udp a:1: use of closed network connection")
		packets(w, w.a, ":1") // it is free
	})
}
