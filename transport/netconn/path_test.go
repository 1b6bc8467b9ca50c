package netconn_test

import (
	"fmt"
	"io"
	"net"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/fault"
	"github.com/7aca83c2/multinode/transport/netconn"
)

const ms = time.Millisecond

// inflict puts faults on both links, under the names 0, 1 and so on.
func (w *world) inflict(faults ...fault.Fault) {
	for i, f := range faults {
		for _, l := range []transport.Link{ab, ba} {
			w.sw.SetRule(l, fmt.Sprint(i), f.Rule(l, nil))
		}
	}
}

func (w *world) undo(name string) {
	for _, l := range []transport.Link{ab, ba} {
		w.sw.ClearRule(l, name)
	}
}

func latency(d time.Duration) fault.Fault {
	return fault.Fault{Kind: fault.Latency, Delay: fault.Constant(d)}
}

// takes sends n bytes and returns how long that takes.
func (w *world) takes(from, to net.Conn, n int) time.Duration {
	w.Helper()
	began := time.Now()
	go func() {
		if _, err := from.Write(make([]byte, n)); err != nil {
			w.Error(err)
		}
	}()
	if _, err := io.CopyN(io.Discard, onlyReader{to}, int64(n)); err != nil {
		w.Error(err)
	}
	return time.Since(began)
}

// buffered waits until all is acknowledged and returns what both stacks have set aside.
func (w *world) buffered() int {
	time.Sleep(10 * time.Second)
	synctest.Wait()
	return w.a.Stats().Buffered + w.b.Stats().Buffered
}

func TestTheWindowGrowsWithThePath(t *testing.T) {
	for _, c := range []struct {
		way     time.Duration
		bytes   int
		longest time.Duration
	}{
		{200 * ms, 2_000_000, 2 * time.Second}, // 8 windows of 256 KiB would take 3 s
		{200 * ms, 20_000_000, 5 * time.Second},
		{20 * ms, 20_000_000, 600 * ms},
	} {
		onVirtualTime(t, func(w *world) {
			w.inflict(latency(c.way))
			dialed, accepted := w.connect()
			if took := w.takes(dialed, accepted, c.bytes); took > c.longest {
				w.Errorf("%d bytes over a round trip of %v took %v", c.bytes, 2*c.way, took)
			}
			if n := w.buffered(); n > 512<<10 {
				w.Errorf("%d bytes are still set aside", n)
			}
		})
	}
}

func TestWithWindowBoundsHowFarItGrows(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		w.inflict(latency(200 * ms))
		dialed, accepted := w.connect()
		most := 0
		go func() {
			for range 80 {
				time.Sleep(50 * ms)
				most = max(most, w.a.Stats().Buffered)
			}
		}()
		if took := w.takes(dialed, accepted, 4<<20); took < 3*time.Second || took > 5*time.Second {
			w.Errorf("4 MiB by windows of 512 KiB took %v", took)
		}
		w.buffered()
		if most <= 256<<10 || most > 512<<10 {
			w.Errorf("at most %d bytes were set aside", most)
		}
	}, netconn.WithWindow(512<<10))
}

// TestLossDoesNotCostTheWindow sends 20 MB over a round trip of 40 ms, which takes 520 ms
// without loss and 3 s with a window of 256 KiB. What is lost is drawn, and a segment lost five
// times waits for timeouts that double: the limit is for the median of some connections.
func TestLossDoesNotCostTheWindow(t *testing.T) {
	for _, c := range []struct {
		share       float64
		longest     time.Duration
		connections uint64
	}{{0, 600 * ms, 1}, {0.01, 800 * ms, 1}, {0.05, time.Second, 5}, {0.2, 5 * time.Second, 5}} {
		var took []time.Duration
		for seed := range c.connections {
			onVirtualTime(t, func(w *world) {
				w.inflict(latency(20*ms), fault.Fault{Kind: fault.Loss, Share: c.share, Seed: seed})
				dialed, accepted := w.connect()
				took = append(took, w.takes(dialed, accepted, 20_000_000))
			})
		}
		if slices.Sort(took); took[len(took)/2] > c.longest {
			t.Errorf("with a loss of %v it took %v", c.share, took)
		}
	}
}

func TestWhatIsOvertakenCostsLittle(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		w.inflict(latency(20*ms), fault.Fault{Kind: fault.Reordering, Share: 0.1, Delay: fault.Uniform(5*ms, 5*ms)})
		dialed, accepted := w.connect()
		if took := w.takes(dialed, accepted, 20_000_000); took > 600*ms {
			w.Errorf("it took %v", took)
		}
		if s := w.a.Stats(); s.Again > s.Sent/20 {
			w.Errorf("%d segments of %d were sent again", s.Again, s.Sent)
		}
	})
}

// TestALimitThatComesAndGoes limits a connection that knows only a fast path, whose segments
// are long and whose timeouts are short.
func TestALimitThatComesAndGoes(t *testing.T) {
	for name, faults := range map[string][]fault.Fault{
		"alone":        {fault.NewBandwidth(64_000)},
		"with a delay": {fault.NewBandwidth(64_000), latency(20 * ms)},
	} {
		t.Run(name, func(t *testing.T) {
			onVirtualTime(t, func(w *world) {
				dialed, accepted := w.connect()
				w.takes(dialed, accepted, 10_000_000)
				w.inflict(faults...)
				if took := w.takes(dialed, accepted, 320_000); took < 4900*ms || took > 6500*ms {
					w.Errorf("5 s worth of bytes took %v", took)
				}
				go func() { _, _ = dialed.Write(make([]byte, 400_000)) }()
				time.Sleep(time.Second)
				w.undo("0")
				undone := time.Now()
				w.connect()
				if took := time.Since(undone); took > 70*ms {
					w.Errorf("a dial after the end of the limit took %v", took)
				}
				if _, err := io.CopyN(io.Discard, onlyReader{accepted}, 400_000); err != nil {
					w.Error(err)
				}
				if took := time.Since(undone); took > time.Second {
					w.Errorf("the rest took %v", took)
				}
			})
		})
	}
}

// TestARequestFeelsTheLimit has a segment take longer than an impatient sender would wait.
func TestARequestFeelsTheLimit(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		w.inflict(fault.NewBandwidth(10_000))
		dialed, accepted := w.connect()
		if took := w.takes(dialed, accepted, 20_000); took < 2*time.Second || took > 2100*ms {
			w.Errorf("2 s worth of bytes took %v", took)
		}
		if n := w.a.Stats().Again; n > 0 {
			w.Errorf("%d segments were sent again, %v", n, w.sw.Stats()[0].Dropped)
		}
	})
}

func TestATimeoutSendsLittle(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		dialed, accepted := w.connect()
		w.takes(dialed, accepted, 10_000_000)
		w.cut(ab)
		go w.write(dialed, string(make([]byte, 200<<10)))
		synctest.Wait()
		before := w.a.Stats().Sent
		time.Sleep(5 * time.Second)
		bytes := uint64(0)
		for _, s := range w.sw.Stats() {
			bytes += s.Dropped[transport.ReasonCut].Bytes
		}
		if n := w.a.Stats().Sent - before; n < 4 || n > 10 || bytes > 250<<10 {
			w.Errorf("%d segments were sent in vain, %d bytes in all", n, bytes)
		}
		w.sw.Mend(ab)
		mended := time.Now()
		if _, err := io.CopyN(io.Discard, onlyReader{accepted}, 200<<10); err != nil || time.Since(mended) > time.Second {
			w.Errorf("it went on after %v, %v", time.Since(mended), err)
		}
	})
}

func TestABufferThatWasSetIsNotTuned(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		w.inflict(latency(200 * ms))
		dialed, accepted := w.connect()
		if err := accepted.(interface{ SetReadBuffer(bytes int) error }).SetReadBuffer(300_000); err != nil {
			w.Error(err)
		}
		if took := w.takes(dialed, accepted, 3_000_000); took < 3500*ms {
			w.Errorf("ten windows took %v", took)
		}
	})
}

// TestADialAfterACutFindsTheLimitedLinkIdle fills the link's queue, and has it lost: by a cut, in
// which the stream goes on, or with the sender.
func TestADialAfterACutFindsTheLimitedLinkIdle(t *testing.T) {
	for name, lose := range map[string]func(w *world){
		"cut": func(w *world) {
			w.cut(ab, ba)
			time.Sleep(300 * ms)
			w.sw.Mend(ab, ba)
		},
		"crash": func(w *world) {
			if err := w.a.Close(); err != nil {
				w.Error(err)
			}
			time.Sleep(300 * ms)
			w.a = open(w.T, w.network, "a")
		},
	} {
		t.Run(name, func(t *testing.T) {
			onVirtualTime(t, func(w *world) {
				w.sw.SetRule(ab, "limit", fault.NewBandwidth(20_000).Rule(ab, nil))
				dialed, _ := w.connect()
				go func() { _, _ = dialed.Write(make([]byte, 1<<20)) }() // does not end
				time.Sleep(300 * ms)
				lose(w)
				began := time.Now()
				if _, err := w.a.Dial("tcp", "b:80"); err != nil {
					w.Error(err)
				}
				if took := time.Since(began); took > 50*ms {
					w.Errorf("a dial took %v", took)
				}
				_ = dialed.Close()
			})
		})
	}
}
