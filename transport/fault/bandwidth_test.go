package fault_test

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/chanpair"
	"github.com/7aca83c2/multinode/transport/fault"
)

func TestBandwidthLetsItsRatePass(t *testing.T) {
	// 10 bytes take a third of a second at 30 bytes a second, whose rounding must not add up.
	order, at := arrivals(t, 301, 0, fault.NewBandwidth(30))
	if !slices.IsSorted(order) || at[0] != time.Second/3 || at[2] != time.Second || at[299] != 100*time.Second {
		t.Errorf("frames 0, 2 and 299 arrive at %v, %v and %v, order %v", at[0], at[2], at[299], order)
	}
	// One that finds the link idle waits for its own bytes only.
	if _, at := arrivals(t, 3, time.Second, fault.NewBandwidth(20)); at[0] != 500*ms || at[2] != 2500*ms {
		t.Errorf("arrivals at %v", at)
	}
	// A doubled frame takes twice as long; latency comes on top.
	_, at = arrivals(t, 4, 0,
		fault.Fault{Kind: fault.Latency, Delay: fault.Constant(ms)},
		fault.Fault{Kind: fault.Duplication, Share: 1},
		fault.NewBandwidth(10))
	if want := []time.Duration{2*time.Second + ms, 2*time.Second + ms, 4*time.Second + ms, 4*time.Second + ms}; !slices.Equal(at[:4], want) {
		t.Errorf("arrivals at %v, not %v", at, want)
	}
}

func TestTheSlowestOfSeveralLimitsCounts(t *testing.T) {
	for _, faults := range [][]fault.Fault{{fault.NewBandwidth(10), fault.NewBandwidth(20)}, {fault.NewBandwidth(20), fault.NewBandwidth(10)}} {
		if _, at := arrivals(t, 3, 0, faults...); at[0] != time.Second || at[2] != 3*time.Second {
			t.Errorf("%v: arrivals at %v", faults, at)
		}
	}
}

func TestAFrameThatWouldWaitTooLongIsDropped(t *testing.T) {
	for _, c := range []struct {
		fault  fault.Fault
		frames int // of 1000 bytes, sent at once
		pass   int
	}{
		{fault.NewBandwidth(1_000_000), 1000, 251}, // 250 ms, and the one that is going out
		{fault.NewBandwidth(1000), 100, 33},        // 32 KiB
		{fault.NewBandwidth(1000, fault.Queue(50*ms)), 100, 1},
		{fault.NewBandwidth(1_000_000, fault.Queue(ms)), 1000, 2},
		{fault.NewBandwidth(1_000_000, fault.Queue(1)), 1000, 1},
		{fault.NewBandwidth(1_000, fault.Queue(time.Hour)), 50, 50},
	} {
		rule, pass := c.fault.Rule(ab, nil), 0
		synctest.Test(t, func(t *testing.T) {
			for range c.frames {
				switch v := rule.Judge(transport.Frame{Link: ab, Payload: make([]byte, 1000)}, transport.Verdict{}); {
				case v.Fate == transport.Deliver:
					pass++
				case v.Fate != transport.Drop || v.Reason != "bandwidth":
					t.Errorf("%v: %+v", c.fault, v)
				}
			}
			time.Sleep(time.Hour)
			if v := rule.Judge(transport.Frame{Link: ab, Payload: make([]byte, 1000)}, transport.Verdict{}); v.Fate != transport.Deliver {
				t.Errorf("%v: nothing passes an hour later", c.fault)
			}
		})
		if pass != c.pass {
			t.Errorf("%v lets %d frames pass, not %d", c.fault, pass, c.pass)
		}
	}
}

// TestALimitThatIsTakenAwayLetsAllGo takes the first of some faults away after a second, and
// wants the frames of 10 bytes, sent at the start, at certain times.
func TestALimitThatIsTakenAwayLetsAllGo(t *testing.T) {
	late := func(d time.Duration) fault.Fault { return fault.Fault{Kind: fault.Latency, Delay: fault.Constant(d)} }
	const s = time.Second
	for _, c := range []struct {
		faults []fault.Fault
		want   []time.Duration
	}{
		{[]fault.Fault{fault.NewBandwidth(20)}, []time.Duration{500 * ms, s, s, s}},
		{[]fault.Fault{fault.NewBandwidth(20), late(200 * ms)}, []time.Duration{700 * ms, 1200 * ms, 1200 * ms, 1200 * ms}},
		{[]fault.Fault{fault.NewBandwidth(20), fault.NewBandwidth(25)}, []time.Duration{500 * ms, s, 1200 * ms, 1600 * ms}},
		{[]fault.Fault{fault.NewBandwidth(20), fault.NewBandwidth(5)}, []time.Duration{2 * s, 4 * s, 6 * s, 8 * s}},
		{[]fault.Fault{late(200 * ms), fault.NewBandwidth(20)}, []time.Duration{700 * ms, 1200 * ms, 1700 * ms, 2200 * ms}},
	} {
		synctest.Test(t, func(t *testing.T) {
			sw := transport.NewSwitch()
			network := chanpair.New(sw)
			start, arrived := time.Now(), make(chan time.Duration, 10)
			a, err := network.Open("a", func(transport.Address, []byte) {})
			if err != nil {
				t.Fatal(err)
			}
			b, err := network.Open("b", func(transport.Address, []byte) { arrived <- time.Since(start) })
			if err != nil {
				t.Fatal(err)
			}
			for i, f := range c.faults {
				sw.SetRule(ab, fmt.Sprint(i), f.Rule(ab, nil))
			}
			for range c.want {
				if err := a.Send("b", make([]byte, 10)); err != nil {
					t.Error(err)
				}
			}
			time.Sleep(s)
			sw.ClearRule(ab, "0")
			var got []time.Duration
			for range c.want {
				got = append(got, <-arrived)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%v: %v\nnot %v", c.faults, got, c.want)
			}
			for _, stats := range sw.Stats() {
				if stats.Dropped != nil || stats.Delayed > 0 {
					t.Errorf("%+v", stats)
				}
			}
			_ = a.Close()
			_ = b.Close()
		})
	}
}
