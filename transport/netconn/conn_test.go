package netconn_test

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/netconn"
)

func TestDialIsRefusedWhereNobodyListens(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		_, err := w.a.Dial("tcp", "b:81")
		text(w, err, "dial tcp b:81: connect: connection refused")
		if !errors.Is(err, syscall.ECONNREFUSED) {
			w.Error("it is not ECONNREFUSED")
		}
	})
}

func TestDialGivesUp(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		w.cut(ab)
		begin := time.Now()
		_, err := w.a.Dial("tcp", "b:80")
		text(w, err, "dial tcp b:80: connect: "+syscall.ETIMEDOUT.Error())
		if took := time.Since(begin); took != 30*time.Second {
			w.Errorf("after %v", took)
		}
		ctx, cancel := context.WithTimeout(w.Context(), time.Second)
		defer cancel()
		_, err = w.a.DialContext(ctx, "tcp", "b:80")
		text(w, err, "dial tcp b:80: context deadline exceeded")
		if timeout, ok := err.(net.Error); !ok || !timeout.Timeout() {
			w.Error("it is not a timeout")
		}
		if n := w.a.Stats().Connections; n != 0 {
			w.Errorf("%d connections are left", n)
		}
	})
}

func TestAddresses(t *testing.T) {
	hosts := netconn.Hosts{"10.0.0.1": "a", "10.0.0.2": "b", "two.example": "b"}
	onVirtualTime(t, func(w *world) {
		if got := w.listener.Addr().String(); got != "10.0.0.2:80" {
			w.Errorf("the listener is at %s", got)
		}
		for _, address := range []string{"two.example:80", "10.0.0.2:80", "b:80"} {
			dialed, err := w.a.Dial("tcp", address)
			if err != nil {
				w.Fatal(err)
			}
			accepted, err := w.listener.Accept()
			if err != nil {
				w.Fatal(err)
			}
			if got := dialed.RemoteAddr().String(); got != "10.0.0.2:80" {
				w.Errorf("dialed %s at %s", address, got)
			}
			if x, y := dialed.LocalAddr(), accepted.RemoteAddr(); x.String() != y.String() || x.Network() != "tcp" {
				w.Errorf("dialed from %v, accepted from %v", x, y)
			}
		}
	}, netconn.WithHosts(hosts))
}

func TestBadAddresses(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		for _, c := range []struct{ network, address, dial, listen string }{
			{"udp", "b:80", "dial udp: unknown network udp (only tcp, tcp4 and tcp6)", "listen udp: unknown network udp (only tcp, tcp4 and tcp6)"},
			{"tcp", "b", "dial tcp: address b: missing port in address", "listen tcp: address b: missing port in address"},
			{
				"tcp", "b:http", "dial tcp: address b:http: port is not a number from 0 to 65535",
				"listen tcp: address b:http: port is not a number from 0 to 65535",
			},
			{"tcp", "c:80", "", `listen tcp: address c:80: not of this host, "b"`},
			{"tcp", "b:80", "", "listen tcp b:80: bind: address already in use"},
			{
				"tcp", strings.Repeat("x", 256) + ":80", `dial tcp: host "xxxxxxxxxxxxxxxxxxxx": address must have 1 to 255 bytes`,
				`listen tcp: host "xxxxxxxxxxxxxxxxxxxx": address must have 1 to 255 bytes`,
			},
		} {
			if c.dial != "" {
				_, err := w.a.Dial(c.network, c.address)
				text(w, err, c.dial)
			}
			_, err := w.b.Listen(c.network, c.address)
			text(w, err, c.listen)
		}
	})
}

func TestOptionsSayWhatIsAllowed(t *testing.T) {
	w := newWorld(t)
	defer w.close()
	_, err := netconn.NewStack(w.network, "c", netconn.WithWindow(100))
	text(w, err, `netconn: stack at "c": window of 100 bytes is not 4096 to 1073741824`)
	_, err = netconn.NewStack(w.network, "c", netconn.WithUserTimeout(0))
	text(w, err, `netconn: stack at "c": user timeout 0s is not positive`)
	_, err = netconn.NewStack(w.network, "a")
	text(w, err, `netconn: stack at "a": transport: open "a": address in use`)
}

func TestHalfClose(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		dialed, accepted := w.connect()
		w.write(dialed, "question")
		if err := dialed.(interface{ CloseWrite() error }).CloseWrite(); err != nil {
			w.Error(err)
		}
		w.read(accepted, "question")
		w.ends(accepted)
		w.write(accepted, "answer")
		_ = accepted.Close()
		w.read(dialed, "answer")
		w.ends(dialed)
		_, err := dialed.Write([]byte("more"))
		text(w, err, "write tcp a:49152->b:80: write: broken pipe")
		_ = dialed.Close()
		_, err = dialed.Read(nil)
		text(w, err, "read tcp a:49152->b:80: use of closed network connection")
		time.Sleep(900 * time.Millisecond)
		if a, b := w.a.Stats(), w.b.Stats(); a.Connections != 1 || b.Connections != 0 {
			w.Errorf("TIME-WAIT is for who closed first, not: %+v, %+v", a, b)
		}
		time.Sleep(200 * time.Millisecond)
		if a, b := w.a.Stats(), w.b.Stats(); a.Connections+b.Connections != 0 || a.Buffered+b.Buffered != 0 {
			w.Errorf("left: %+v, %+v", a, b)
		}
	})
}

func TestCloseReadDropsWhatComes(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		dialed, accepted := w.connect()
		if err := accepted.(interface{ CloseRead() error }).CloseRead(); err != nil {
			w.Error(err)
		}
		w.ends(accepted)
		for range 10 {
			w.write(dialed, strings.Repeat("x", 100<<10)) // more than a window in all
		}
		w.write(accepted, "still here")
		w.read(dialed, "still here")
	})
}

func TestClosingOnWhatNobodyReadResets(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		dialed, accepted := w.connect()
		w.write(dialed, "unread")
		w.write(accepted, "before")
		synctest.Wait()
		_ = accepted.Close()
		synctest.Wait()
		w.read(dialed, "before")
		_, err := dialed.Read(make([]byte, 1))
		text(w, err, "read tcp a:49152->b:80: read: connection reset by peer")
		_, err = dialed.Write([]byte("x"))
		if !errors.Is(err, syscall.ECONNRESET) {
			w.Errorf("write: %v", err)
		}
	})
}

func TestClosingWithoutLingeringResets(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		dialed, accepted := w.connect()
		if err := accepted.(interface{ SetLinger(int) error }).SetLinger(0); err != nil {
			w.Error(err)
		}
		_ = accepted.Close()
		synctest.Wait()
		_, err := dialed.Read(make([]byte, 1))
		text(w, err, "read tcp a:49152->b:80: read: connection reset by peer")
	})
}

func TestWhatComesAfterCloseIsReset(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		dialed, accepted := w.connect()
		_ = accepted.Close()
		w.ends(dialed)
		w.write(dialed, "too late")
		_, err := dialed.Write([]byte("x"))
		for err == nil {
			synctest.Wait()
			_, err = dialed.Write([]byte("x"))
		}
		text(w, err, "write tcp a:49152->b:80: write: connection reset by peer")
	})
}

func TestWritesAreNotInterleaved(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		dialed, accepted := w.connect()
		for _, letter := range []string{"x", "y", "z"} {
			go w.write(dialed, strings.Repeat(letter, 1<<20))
		}
		synctest.Wait() // all have begun
		got := make([]byte, 3<<20)
		if _, err := io.ReadFull(accepted, got); err != nil {
			w.Error(err)
		}
		if runs := len(slices.Compact(got)); runs != 3 {
			w.Errorf("3 writes arrived as %d", runs)
		}
	})
}

// TestALostSegmentIsSentAgainAtOnce loses the first segment of a window, and then the same
// once more.
func TestALostSegmentIsSentAgainAtOnce(t *testing.T) {
	for losses := range 3 {
		onVirtualTime(t, func(w *world) {
			dialed, accepted := w.connect()
			synctest.Wait()
			seen, again := 0, w.a.Stats().Again
			w.sw.SetRule(ab, "loss", transport.RuleFunc(func(f transport.Frame, v transport.Verdict) transport.Verdict {
				if len(f.Payload) < 1000 {
					return v
				}
				seen++
				if seen == 1 && losses > 0 || seen == 9 && losses > 1 { // 8 make a window
					return transport.Verdict{Fate: transport.Drop, Reason: "loss"}
				}
				return v
			}))
			begin := time.Now()
			go w.write(dialed, strings.Repeat("x", 512<<10))
			w.read(accepted, strings.Repeat("x", 256<<10))
			took := time.Since(begin)
			synctest.Wait()
			if again = w.a.Stats().Again - again; losses < 2 && (took > 0 || again != uint64(losses)) {
				w.Errorf("%d losses cost %v, and %d segments were sent again", losses, took, again)
			}
			w.read(accepted, strings.Repeat("x", 256<<10))
		})
	}
}

func TestAReaderOfSingleBytesCausesFewSegments(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		dialed, accepted := w.connect()
		go w.write(dialed, strings.Repeat("x", 1<<20))
		synctest.Wait()
		before := w.a.Stats().Sent + w.b.Stats().Sent
		for range 100_000 {
			w.read(accepted, "x")
		}
		synctest.Wait()
		if n := w.a.Stats().Sent + w.b.Stats().Sent - before; n > 20 {
			w.Errorf("100,000 bytes took %d frames", n)
		}
		w.read(accepted, strings.Repeat("x", 1<<20-100_000))
	})
}

func TestConnectionsThatStayHalfOpenMakeRoom(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		w.cut(ba)
		ctx, cancel := context.WithTimeout(w.Context(), time.Second)
		defer cancel()
		for range 1024 {
			go w.a.DialContext(ctx, "tcp", "b:80") //nolint:errcheck // fails
		}
		time.Sleep(time.Minute)
		w.sw.Mend(ba)
		begin := time.Now()
		w.connect()
		if took := time.Since(begin); took != 0 {
			w.Errorf("it took %v", took)
		}
	})
}

func TestResetEndsWhatConnectsTwoHosts(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		c := open(w, w.network, "c")
		defer c.Close()
		other, otherAccepted := connect(w, c, w.listener)
		x, y := w.connect()
		z, _ := w.connect()
		if n := w.a.Reset("b"); n != 2 {
			w.Errorf("%d were reset", n)
		}
		for _, conn := range []net.Conn{x, y, z} {
			if _, err := conn.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
				w.Errorf("read: %v", err)
			}
		}
		w.write(other, "still here")
		w.read(otherAccepted, "still here")
		if n := w.a.Reset("b") + w.a.Reset("nobody") + w.a.Reset(""); n != 0 {
			w.Errorf("%d were reset without need", n)
		}
	})
}

func TestACutStallsUntilItHeals(t *testing.T) {
	for name, links := range map[string][]transport.Link{"there": {ab}, "back": {ba}, "both": {ab, ba}} {
		t.Run(name, func(t *testing.T) {
			onVirtualTime(t, func(w *world) {
				dialed, accepted := w.connect()
				w.cut(links...)
				before := w.a.Stats().Sent
				for range 20 {
					w.write(dialed, "hello")
					time.Sleep(time.Second)
				}
				if n := w.a.Stats().Sent - before; n > 30 {
					w.Errorf("%d frames were sent in 20 seconds", n)
				}
				w.sw.Mend(links...)
				mended := time.Now()
				w.read(accepted, strings.Repeat("hello", 20))
				w.write(accepted, "hello to you")
				w.read(dialed, "hello to you")
				if took := time.Since(mended); took > time.Second {
					w.Errorf("it went on after %v", took)
				}
			})
		})
	}
}

func TestTheUserTimeoutEndsAConnection(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		dialed, accepted := w.connect()
		time.Sleep(time.Hour) // nothing is under way: that costs nothing
		w.cut(ab)
		begin := time.Now()
		w.write(dialed, "hello")
		w.write(accepted, "the other way is clear, but what comes back is not")
		_, err := dialed.Read(make([]byte, 100))
		if err != nil {
			w.Error(err)
		}
		_, err = dialed.Read(make([]byte, 100))
		text(w, err, "read tcp a:49152->b:80: read: "+syscall.ETIMEDOUT.Error())
		if timeout, ok := err.(net.Error); !ok || !timeout.Timeout() || !errors.Is(err, syscall.ETIMEDOUT) {
			w.Error("it is not a timeout")
		}
		if took := time.Since(begin); took != 5*time.Second {
			w.Errorf("after %v", took)
		}
	}, netconn.WithUserTimeout(5*time.Second))
}

func TestAnIdleConnectionSendsNothing(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		w.connect()
		synctest.Wait()
		before := w.a.Stats().Sent + w.b.Stats().Sent
		time.Sleep(24 * time.Hour)
		if after := w.a.Stats().Sent + w.b.Stats().Sent; after != before || before != 3 {
			w.Errorf("%d frames were sent, and %d a day later", before, after)
		}
	})
}

func TestAHostThatCameBackResets(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		dialed, accepted := w.connect()
		_ = w.b.Close()
		if _, err := accepted.Read(make([]byte, 1)); !errors.Is(err, net.ErrClosed) {
			w.Errorf("read at the host that crashed: %v", err)
		}
		w.write(dialed, "anybody there?")
		time.Sleep(10 * time.Second)
		w.b = open(w, w.network, "b")
		_, err := dialed.Read(make([]byte, 1))
		text(w, err, "read tcp a:49152->b:80: read: connection reset by peer")
	})
}

// TestADialerThatCameBackConnectsFromTheSamePort has the peer keep its end of the former
// connection, which has the same ports.
func TestADialerThatCameBackConnectsFromTheSamePort(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		_, former := w.connect()
		_ = w.a.Close()
		w.a = open(w, w.network, "a")
		begin := time.Now()
		dialed, accepted := w.connect()
		if dialed.LocalAddr().String() != former.RemoteAddr().String() {
			w.Error("the ports differ: the test proves nothing")
		}
		if _, err := former.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
			w.Errorf("the former connection: %v", err)
		}
		w.write(dialed, "new")
		w.read(accepted, "new")
		if took := time.Since(begin); took != 0 {
			w.Errorf("it took %v", took)
		}
	})
}

func TestAReaderThatStallsIsWaitedFor(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		dialed, accepted := w.connect()
		sent := strings.Repeat("0123456789abcdef", 64<<10) // 1 MiB
		done := make(chan error)
		go func() { _, err := dialed.Write([]byte(sent)); done <- err }()
		time.Sleep(time.Hour) // longer than the user timeout
		w.cut(ba)
		w.read(accepted, sent[:256<<10]) // the news of more room gets lost
		w.sw.Mend(ba)
		w.read(accepted, sent[256<<10:])
		if err := <-done; err != nil {
			w.Error(err)
		}
	})
}

func TestTheBacklogIsBounded(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		results := make(chan error)
		for range 1026 {
			go func() { _, err := w.a.Dial("tcp", "b:80"); results <- err }()
		}
		for range 1024 {
			if err := <-results; err != nil {
				w.Error(err)
			}
		}
		time.Sleep(3 * time.Second)
		for range 1026 {
			conn, err := w.listener.Accept()
			if err != nil {
				w.Fatal(err)
			}
			defer conn.Close()
		}
		for range 2 {
			if err := <-results; err != nil {
				w.Error(err)
			}
		}
	})
}

func TestClosingAListenerResetsWhatNobodyAccepted(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		dialed, err := w.a.Dial("tcp", "b:80")
		if err != nil {
			w.Fatal(err)
		}
		synctest.Wait()
		if err := w.listener.Close(); err != nil {
			w.Error(err)
		}
		if _, err := dialed.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
			w.Errorf("read: %v", err)
		}
		_, err = w.listener.Accept()
		text(w, err, "accept tcp b:80: use of closed network connection")
		w.listener = listen(w, w.b, "b:80") // the port is free
		w.connect()
	})
}

func TestDeadlines(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		dialed, _ := w.connect()
		begin := time.Now()
		_ = dialed.SetReadDeadline(begin.Add(time.Minute))
		_, err := dialed.Read(make([]byte, 1))
		text(w, err, "read tcp a:49152->b:80: i/o timeout")
		if !errors.Is(err, os.ErrDeadlineExceeded) || time.Since(begin) != time.Minute {
			w.Errorf("after %v", time.Since(begin))
		}
		w.write(dialed, "not concerned")
		_ = dialed.SetDeadline(time.Now().Add(time.Hour)) // a timer that Close must stop
	})
}

func TestAPeerThatNeverClosesIsForgotten(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		dialed, _ := w.connect()
		time.Sleep(time.Hour)
		_ = dialed.Close()
		time.Sleep(29 * time.Second)
		if n := w.a.Stats().Connections; n != 1 {
			w.Errorf("%d connections soon after", n)
		}
		time.Sleep(2 * time.Second)
		if n := w.a.Stats().Connections; n != 0 {
			w.Errorf("%d connections are left", n)
		}
	})
}
