package fault_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/chanpair"
	"github.com/7aca83c2/multinode/transport/fault"
)

// busy has a link from a to b that is limited to 20 bytes a second. It must be made in a
// synctest bubble.
type busy struct {
	*testing.T
	sw      *transport.Switch
	network transport.Network
	ends    map[transport.Address]transport.Endpoint
	arrived chan time.Time
}

func newBusy(t *testing.T) *busy {
	sw := transport.NewSwitch()
	w := &busy{t, sw, chanpair.New(sw), map[transport.Address]transport.Endpoint{}, make(chan time.Time, 100)}
	w.open("a")
	w.open("b")
	sw.SetRule(ab, "limit", fault.NewBandwidth(20, fault.Queue(time.Hour)).Rule(ab, nil))
	return w
}

func (w *busy) open(at transport.Address) {
	end, err := w.network.Open(at, func(transport.Address, []byte) { w.arrived <- time.Now() })
	if err != nil {
		w.Fatal(err)
	}
	w.ends[at] = end
}

func (w *busy) close(at transport.Address) {
	if err := w.ends[at].Close(); err != nil {
		w.Error(err)
	}
}

// send has a send frames of 10 bytes to b.
func (w *busy) send(count int) {
	for range count {
		if err := w.ends["a"].Send("b", make([]byte, 10)); err != nil {
			w.Error(err)
		}
	}
}

func (w *busy) cut(name string) {
	if err := w.sw.CutAs(w.Context(), name, ab); err != nil {
		w.Error(err)
	}
}

// TestWhatWasTakenAwayKeepsALimitedLinkBusyNoLonger sends 20 frames, which take 10 s, has
// something happen to them after 1.2 s, and wants the next one at a certain time after that.
func TestWhatWasTakenAwayKeepsALimitedLinkBusyNoLonger(t *testing.T) {
	const s, itsOwn = time.Second, 500 * ms
	for name, c := range map[string]struct {
		happens func(*busy)
		takes   time.Duration
	}{
		"cut": {func(w *busy) { w.cut("x"); w.sw.MendAs("x", ab) }, itsOwn},
		"cut while more is sent": {func(w *busy) {
			w.cut("x")
			w.send(20)
			w.cut("y")
			w.sw.MendAs("x", ab)
			w.send(20)
			w.sw.MendAs("y", ab)
		}, itsOwn},
		"cut, and all mended":  {func(w *busy) { w.cut("x"); w.send(20); w.sw.Mend(ab) }, itsOwn},
		"the sender closed":    {func(w *busy) { w.close("a"); w.open("a") }, itsOwn},
		"the receiver closed":  {func(w *busy) { w.close("b"); w.open("b") }, itsOwn},
		"sent to nobody":       {func(w *busy) { w.close("b"); w.send(2); time.Sleep(2 * s); w.open("b") }, itsOwn},
		"sent to nobody until": {func(w *busy) { w.close("b"); w.send(2); time.Sleep(600 * ms); w.open("b") }, 900 * ms}, // the second is still going out
		"nothing":              {func(w *busy) { w.sw.MendAs("x", ab); w.sw.Mend(ab) }, 9300 * ms},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newBusy(t)
				w.send(20)
				time.Sleep(1200 * ms)
				c.happens(w)
				began, last := time.Now(), time.Time{}
				w.send(1)
				time.Sleep(20 * s)
				for len(w.arrived) > 0 {
					last = <-w.arrived
				}
				if got := last.Sub(began); got != c.takes {
					t.Errorf("the last frame took %v, not %v", got, c.takes)
				}
				w.close("a")
				w.close("b")
			})
		})
	}
}

func TestAnOptionThatIsNilIsRefused(t *testing.T) {
	defer func() {
		if got, want := recover(), "transport/fault: an option of NewBandwidth is nil: the only one is Queue"; got != want {
			t.Errorf("%v, not %s", got, want)
		}
	}()
	fault.NewBandwidth(1000, nil)
}
