package netconn_test

import (
	"errors"
	"net"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

func TestDialedSocketsReadWhatTheirPeerSends(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		b, other := packets(w, w.b, ":53"), packets(w, w.b, ":54")
		c, err := w.a.Dial("udp", "b:53")
		if err != nil {
			w.Fatal(err)
		}
		if x, y := c.LocalAddr().String(), c.RemoteAddr().String(); !strings.HasPrefix(x, "a:") || y != "b:53" {
			w.Errorf("from %s to %s", x, y)
		}
		_, _ = other.WriteTo([]byte("not for you"), c.LocalAddr())
		w.write(c, "ping")
		buf := make([]byte, 100)
		n, from, err := b.ReadFrom(buf)
		if string(buf[:n]) != "ping" || from.String() != c.LocalAddr().String() || err != nil {
			w.Errorf("read %q from %v, %v", buf[:n], from, err)
		}
		_, _ = b.WriteTo([]byte("pong"), from)
		w.read(c, "pong")
		_, err = c.(net.PacketConn).WriteTo(nil, b.LocalAddr())
		if !errors.Is(err, net.ErrWriteToConnected) {
			w.Errorf("write: %v", err)
		}
		if err := c.Close(); err != nil {
			w.Error(err)
		}
		_, err = c.Read(buf)
		text(w, err, "read udp "+c.LocalAddr().String()+"->b:53: use of closed network connection")
	})
}

func TestDatagramsToNobodyAreRefused(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		c, err := w.a.Dial("udp", "b:53")
		if err != nil {
			w.Fatal(err)
		}
		w.write(c, "anybody there?")
		_, err = c.Read(make([]byte, 1))
		text(w, err, "read udp a:49152->b:53: read: connection refused")
		w.write(c, "anybody there?")
		synctest.Wait()
		_, err = c.Write([]byte("x"))
		text(w, err, "write udp a:49152->b:53: write: connection refused")
		packets(w, w.b, ":53")
		w.write(c, "now somebody is")
		_ = c.SetReadDeadline(time.Now().Add(time.Second))
		if _, err = c.Read(make([]byte, 1)); errors.Is(err, syscall.ECONNREFUSED) {
			w.Error(err)
		}

		_ = w.b.Close() // a host that is gone does not answer
		w.write(c, "anybody there?")
		_ = c.SetReadDeadline(time.Now().Add(time.Second))
		_, err = c.Read(make([]byte, 1))
		text(w, err, "read udp a:49152->b:53: i/o timeout")
	})
}

// TestAStrayAnswerRefusesNothing has one come for what others have sent.
func TestAStrayAnswerRefusesNothing(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		a, b := packets(w, w.a, ":1"), packets(w, w.b, ":2")
		c, err := w.a.Dial("udp", "b:2")
		if err != nil {
			w.Fatal(err)
		}
		for range 2 {
			_, _ = b.WriteTo(nil, c.LocalAddr())
			_, _ = a.WriteTo(nil, b.LocalAddr())
			_, _ = packets(w, w.b, ":0").WriteTo(nil, c.LocalAddr()) // c does not take it, and says so
			synctest.Wait()
			_ = a.SetReadDeadline(time.Now().Add(time.Second))
			if _, _, err := a.ReadFrom(make([]byte, 1)); errors.Is(err, syscall.ECONNREFUSED) {
				w.Error(err)
			}
			if _, err := c.Read(make([]byte, 1)); err != nil {
				w.Error(err)
			}
			_, _ = a.WriteTo(nil, b.LocalAddr())
		}
	})
}
