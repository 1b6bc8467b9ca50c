package netconn_test

import (
	"errors"
	"net"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/netconn"
)

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
