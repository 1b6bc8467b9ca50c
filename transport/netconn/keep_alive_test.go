package netconn_test

import (
	"errors"
	"net"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/netconn"
)

// options are those of a connection.
type options interface {
	SetNoDelay(bool) error
	SetKeepAlive(bool) error
	SetKeepAlivePeriod(time.Duration) error
	SetKeepAliveConfig(net.KeepAliveConfig) error
	SetReadBuffer(bytes int) error
	SetWriteBuffer(bytes int) error
}

func of(c net.Conn) options { return c.(options) }

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Error(err)
	}
}

// readEnds returns how long a read takes that ends without data, and how it ends.
func (w *world) readEnds(c net.Conn) (time.Duration, error) {
	w.Helper()
	begin := time.Now()
	n, err := c.Read(make([]byte, 1))
	if n > 0 || err == nil {
		w.Errorf("read %d bytes", n)
	}
	return time.Since(begin), err
}

// TestWhoReadsLearnsThatItsPeerHasComeBack has neither end write anything.
func TestWhoReadsLearnsThatItsPeerHasComeBack(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		dialed, _ := w.connect()
		_ = w.b.Close()
		w.b = open(w, w.network, "b")
		took, err := w.readEnds(dialed)
		text(w, err, "read tcp a:49152->b:80: read: connection reset by peer")
		if took != 15*time.Second {
			w.Errorf("after %v", took)
		}
	})
}

func TestWhoReadsLearnsThatItsPeerIsSilent(t *testing.T) {
	for name, end := range map[string]func(dialed, accepted net.Conn) net.Conn{
		"dialed":   func(dialed, _ net.Conn) net.Conn { return dialed },
		"accepted": func(_, accepted net.Conn) net.Conn { return accepted },
	} {
		t.Run(name, func(t *testing.T) {
			onVirtualTime(t, func(w *world) {
				c := end(w.connect())
				synctest.Wait()
				w.cut(ab, ba)
				took, err := w.readEnds(c)
				if timeout, ok := err.(net.Error); !ok || !timeout.Timeout() || !errors.Is(err, syscall.ETIMEDOUT) {
					w.Errorf("error %v", err)
				}
				if took != 150*time.Second { // 15 s, and 9 probes of as much
					w.Errorf("after %v", took)
				}
			})
		})
	}
}

func TestAPeerThatAnswersKeepsAConnectionAlive(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		dialed, accepted := w.connect()
		w.must(of(accepted).SetKeepAlive(false))
		synctest.Wait()
		var mu sync.Mutex
		var probes []time.Duration
		begin := time.Now()
		w.sw.SetRule(ab, "watch", transport.RuleFunc(func(_ transport.Frame, v transport.Verdict) transport.Verdict {
			mu.Lock()
			defer mu.Unlock()
			probes = append(probes, time.Since(begin))
			return v
		}))
		probed := func(want ...time.Duration) {
			mu.Lock()
			defer mu.Unlock()
			if !slices.Equal(probes, want) {
				w.Errorf("probes after %v, not %v", probes, want)
			}
			probes, begin = nil, time.Now()
		}
		time.Sleep(50 * time.Second)
		probed(15*time.Second, 30*time.Second, 45*time.Second)
		w.cut(ab)
		time.Sleep(time.Minute) // 4 probes are lost
		w.sw.Mend(ab)
		w.write(accepted, "still here")
		w.read(dialed, "still here")
		probed(10*time.Second, 25*time.Second, 40*time.Second, 55*time.Second, time.Minute)
		time.Sleep(20 * time.Second)
		probed(15 * time.Second)
	})
}

func TestKeepAliveIsAsSet(t *testing.T) {
	config := net.KeepAliveConfig{Enable: true, Idle: 2 * time.Second, Interval: 500 * time.Millisecond, Count: 3}
	for _, c := range []struct {
		name string
		set  func(options) error
		took time.Duration // 0: it never ends
	}{
		{"config", func(o options) error { return o.SetKeepAliveConfig(config) }, 5 * time.Second}, // 2 s + 3 * 1 s
		{"defaults", func(o options) error {
			return errors.Join(o.SetKeepAliveConfig(config), o.SetKeepAliveConfig(net.KeepAliveConfig{Enable: true}))
		}, 150 * time.Second},
		{"unchanged", func(o options) error {
			return errors.Join(o.SetKeepAliveConfig(config), o.SetKeepAliveConfig(net.KeepAliveConfig{Enable: true, Idle: -1, Interval: -1, Count: -1}))
		}, 5 * time.Second},
		{"period", func(o options) error { return o.SetKeepAlivePeriod(time.Minute) }, 195 * time.Second},
		{"off", func(o options) error { return o.SetKeepAlive(false) }, 0},
		{"off and on", func(o options) error {
			return errors.Join(o.SetKeepAliveConfig(net.KeepAliveConfig{}), o.SetKeepAlive(true))
		}, 150 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			onVirtualTime(t, func(w *world) {
				dialed, _ := w.connect()
				w.must(c.set(of(dialed)))
				synctest.Wait()
				w.cut(ab, ba)
				w.must(dialed.SetReadDeadline(time.Now().Add(24 * time.Hour)))
				took, err := w.readEnds(dialed)
				if c.took == 0 {
					c.took = 24 * time.Hour
				} else if !errors.Is(err, syscall.ETIMEDOUT) {
					w.Errorf("error %v", err)
				}
				if took != c.took {
					w.Errorf("after %v, not %v", took, c.took)
				}
			})
		})
	}
}

func TestKeepAliveOfAStack(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		_, accepted := w.connect()
		synctest.Wait()
		w.cut(ab, ba)
		if took, err := w.readEnds(accepted); took != 2*time.Second || !errors.Is(err, syscall.ETIMEDOUT) {
			w.Errorf("after %v: %v", took, err)
		}
	}, netconn.WithKeepAlive(net.KeepAliveConfig{Enable: true, Idle: time.Second, Interval: time.Second, Count: 1}))
}

func TestNagle(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		dialed, accepted := w.connect()
		synctest.Wait()
		var frames atomic.Int64
		w.sw.SetRule(ab, "count", transport.RuleFunc(func(_ transport.Frame, v transport.Verdict) transport.Verdict {
			frames.Add(1)
			return v
		}))
		shorts := func() int {
			w.cut(ba) // no acknowledgement comes
			before := frames.Load()
			for range 10 {
				w.write(dialed, "short")
			}
			sent := int(frames.Load() - before)
			w.sw.Mend(ba)
			w.read(accepted, "shortshortshortshortshortshortshortshortshortshort")
			time.Sleep(5 * time.Second)
			return sent
		}
		if n := shorts(); n != 10 {
			w.Errorf("10 writes made %d segments", n)
		}
		w.must(of(dialed).SetNoDelay(false))
		if n := shorts(); n != 1 {
			w.Errorf("10 writes made %d segments with Nagle's algorithm", n)
		}
		w.cut(ba)
		before := frames.Load()
		w.write(dialed, "one")
		w.write(dialed, "two")
		w.must(of(dialed).SetNoDelay(true))
		if n := frames.Load() - before; n != 2 {
			w.Errorf("what waited was sent with %d segments when there was no delay any more", n)
		}
		w.must(of(dialed).SetNoDelay(false))
		before = frames.Load()
		w.write(dialed, "three")
		w.must(dialed.Close())
		if n := frames.Load() - before; n != 1 {
			w.Errorf("what waited was sent with %d segments at the end", n)
		}
		w.sw.Mend(ba)
		w.read(accepted, "onetwothree")
		w.ends(accepted)
	})
}

func TestBuffers(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		dialed, accepted := w.connect()
		w.must(of(dialed).SetWriteBuffer(1))
		w.must(of(accepted).SetReadBuffer(1 << 20))
		_ = dialed.SetWriteDeadline(time.Now().Add(time.Second))
		n, err := dialed.Write(make([]byte, 16<<20))
		if timeout, ok := err.(net.Error); !ok || !timeout.Timeout() || n != 1<<20+4<<10 {
			w.Errorf("%d bytes of 1 MiB and 4 KiB fit: %v", n, err)
		}
	})
}

// TestASmallerBufferTakesWhatThePeerWasAllowed has nothing sent in vain.
func TestASmallerBufferTakesWhatThePeerWasAllowed(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		dialed, accepted := w.connect()
		w.must(of(accepted).SetReadBuffer(0))
		much := strings.Repeat("much", 64<<10)
		w.write(dialed, much)
		time.Sleep(time.Second)
		if n := w.a.Stats().Again; n != 0 {
			w.Errorf("%d segments were sent again", n)
		}
		w.read(accepted, much)
	})
}

func TestOptionsOfKeepAliveSayWhatIsAllowed(t *testing.T) {
	w := newWorld(t)
	defer w.close()
	_, err := netconn.NewStack(w.network, "c", netconn.WithKeepAlive(net.KeepAliveConfig{Idle: 10 * time.Hour}))
	text(w, err, `netconn: stack at "c": keep-alive of more than 32767 s or 127 probes`)
}

// TestKeepAliveEndsWithItsConnection has the bubble's clock stand still once nothing is open.
func TestKeepAliveEndsWithItsConnection(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		dialed, accepted := w.connect()
		w.must(dialed.Close())
		w.ends(accepted)
		w.must(accepted.Close())
		time.Sleep(2 * time.Second) // TIME-WAIT
		before := w.a.Stats().Sent + w.b.Stats().Sent
		time.Sleep(time.Hour)
		if n := w.a.Stats().Sent + w.b.Stats().Sent - before; n != 0 {
			w.Errorf("%d frames were sent", n)
		}
	})
}
