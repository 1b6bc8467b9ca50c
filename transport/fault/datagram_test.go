package fault_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/chanpair"
	"github.com/7aca83c2/multinode/transport/fault"
)

// datagrams are the frames of these tests that begin with a d; the rest is their data.
var datagrams = fault.Datagrams(func(payload []byte) (int, bool) { return len(payload) - 1, payload[0] == 'd' })

func datagram(bytes int) []byte { return append([]byte("d"), make([]byte, bytes)...) }

// mixed sends frames and datagrams in turn, a pair each millisecond, over a link with those
// faults, and returns the numbers of either in the order they arrive.
func mixed(t *testing.T, pairs int, faults ...fault.Fault) (frames, others []int) {
	synctest.Test(t, func(t *testing.T) {
		sw := transport.NewSwitch()
		network := chanpair.New(sw)
		done := make(chan struct{})
		a, errA := network.Open("a", func(transport.Address, []byte) {})
		b, errB := network.Open("b", func(_ transport.Address, payload []byte) {
			var i int
			if _, err := fmt.Sscan(string(payload[1:]), &i); err != nil {
				t.Error(err)
			}
			if payload[0] == 'd' {
				others = append(others, i)
			} else {
				frames = append(frames, i)
			}
			if len(frames)+len(others) == 2*pairs {
				close(done)
			}
		})
		if errA != nil || errB != nil {
			t.Fatal(errA, errB)
		}
		for _, f := range faults {
			sw.SetRule(ab, f.String(), f.Rule(ab, nil, datagrams))
		}
		for i := range pairs {
			for _, kind := range []string{"f", "d"} {
				if err := a.Send("b", fmt.Appendf(nil, "%s%d", kind, i)); err != nil {
					t.Error(err)
				}
			}
			time.Sleep(ms)
		}
		<-done
		for _, e := range []transport.Endpoint{a, b} {
			if err := e.Close(); err != nil {
				t.Error(err)
			}
		}
	})
	return frames, others
}

func TestJitterLetsDatagramsOvertakeAndNothingElse(t *testing.T) {
	for _, delay := range []fault.Delay{fault.Uniform(10*ms, 5*ms), fault.Normal(10*ms, 5*ms), fault.Exponential(10 * ms)} {
		frames, others := mixed(t, 300, fault.Fault{Kind: fault.Latency, Delay: delay, Seed: 7})
		if !slices.IsSorted(frames) {
			t.Errorf("%v: frames arrive as %v", delay, frames)
		}
		behind := 0
		for i := 1; i < len(others); i++ {
			if others[i] < others[i-1] {
				behind++
			}
		}
		if behind < 50 {
			t.Errorf("%v: %d of 300 datagrams are overtaken", delay, behind)
		}
	}
	for _, f := range []fault.Fault{
		{Kind: fault.Latency, Delay: fault.Constant(10 * ms)},
		{Kind: fault.Latency, Delay: fault.Uniform(10*ms, 0)},
		{Kind: fault.Bandwidth, Rate: 10_000},
	} {
		frames, others := mixed(t, 300, f)
		if !slices.IsSorted(frames) || !slices.IsSorted(others) {
			t.Errorf("%v: a delay that does not vary changes the order", f)
		}
	}
}

func TestADelayOfItsOwnIsADatagramsOnly(t *testing.T) {
	rule := fault.Fault{Kind: fault.Latency, Delay: fault.Uniform(10*ms, 5*ms), Seed: 7}.Rule(ab, nil, datagrams)
	for range 100 {
		v := rule.Judge(transport.Frame{Link: ab, Payload: datagram(1)}, transport.Verdict{})
		if !v.Overtake || v.Delay < 5*ms || v.Delay > 15*ms {
			t.Fatalf("a datagram: %+v", v)
		}
		if v := rule.Judge(transport.Frame{Link: ab, Payload: []byte("f")}, transport.Verdict{}); v.Overtake {
			t.Fatalf("another frame: %+v", v)
		}
	}
	constant := fault.Fault{Kind: fault.Latency, Delay: fault.Constant(10 * ms)}.Rule(ab, nil, datagrams)
	if v := constant.Judge(transport.Frame{Link: ab, Payload: datagram(1)}, transport.Verdict{}); v.Overtake {
		t.Errorf("a datagram that waits as long as all others: %+v", v)
	}
}

func TestAnMTUDropsWhatDoesNotFit(t *testing.T) {
	rule := fault.Fault{Kind: fault.MTU, Size: 1500}.Rule(ab, nil, datagrams)
	for _, c := range []struct {
		payload []byte
		want    transport.Verdict
	}{
		{datagram(1472), transport.Verdict{}}, // with 28 bytes of headers
		{datagram(1473), transport.Verdict{Fate: transport.Drop, Reason: "mtu"}},
		{make([]byte, 32<<10), transport.Verdict{}}, // no datagram
	} {
		if got := rule.Judge(transport.Frame{Link: ab, Payload: c.payload}, transport.Verdict{}); fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%d bytes: %+v, not %+v", len(c.payload), got, c.want)
		}
	}
}

func TestFragmentsAreCounted(t *testing.T) {
	for _, c := range []struct{ mtu, bytes, want int }{
		{1500, 1472, 0},
		{1500, 1473, 2},
		{1500, 2952, 2},
		{1500, 2953, 3},
		{1500, 65507, 45},
		{68, 40, 0},
		{68, 41, 2},
		{69, 88, 2},
		{69, 89, 3}, // 49 bytes behind the header are no multiple of 8
	} {
		rule := fault.Fault{Kind: fault.MTU, Size: c.mtu, Fragmented: true}.Rule(ab, nil, datagrams)
		v := rule.Judge(transport.Frame{Link: ab, Payload: datagram(c.bytes)}, transport.Verdict{})
		if v.Fate != transport.Deliver || v.Pieces != c.want {
			t.Errorf("%d bytes over an MTU of %d: %+v, want %d pieces", c.bytes, c.mtu, v, c.want)
		}
	}
}

// TestADatagramIsLostAsItsFragmentsAre sends datagrams of n fragments over a link whose losses
// were set before its MTU: 1-(1-p)^n of them are lost.
func TestADatagramIsLostAsItsFragmentsAre(t *testing.T) {
	const count, p = 20_000, 0.1
	loss := fault.Fault{Kind: fault.Loss, Share: p, Seed: 7}
	rare := fault.Fault{Kind: fault.BurstLoss, Bursts: fault.GilbertElliott{P: p, R: 1 - p, Bad: 1}, Seed: 7} // without memory
	for _, f := range []fault.Fault{loss, rare} {
		for _, n := range []int{1, 2, 5} {
			sw := transport.NewSwitch(transport.WithQueueLimit(1 << 30))
			sw.SetRule(ab, "loss", f.Rule(ab, nil, datagrams))
			sw.SetRule(ab, "mtu", fault.Fault{Kind: fault.MTU, Size: 576, Fragmented: true}.Rule(ab, nil, datagrams))
			port, err := sw.Attach("a", nil)
			if err != nil {
				t.Fatal(err)
			}
			for range count {
				if err := port.Send("b", datagram(n*552-8)); err != nil {
					t.Fatal(err)
				}
			}
			lost := sw.Stats()[0].Dropped[f.Kind.String()].Frames
			got := float64(lost) / count
			if want := 1 - math.Pow(1-p, float64(n)); math.Abs(got-want) > 0.015 {
				t.Errorf("%v: of %d fragments each, %.4f are lost, not %.4f", f, n, got, want)
			}
			if err := port.Close(context.Background()); err != nil {
				t.Error(err)
			}
			if bites := sw.Bites("mtu"); bites != lost*uint64(min(n-1, 1)) {
				t.Errorf("%v: the MTU had an effect on %d frames", f, bites)
			}
		}
	}
}

// TestABurstTakesFragmentsOneAfterAnother has a burst of fragments take few datagrams.
func TestABurstTakesFragmentsOneAfterAnother(t *testing.T) {
	const count, pieces = 20_000, 10
	rule := fault.Fault{Kind: fault.BurstLoss, Bursts: fault.Bursts(0.1, 50), Seed: 7}.Rule(ab, nil)
	lost := 0
	for range count {
		if rule.Judge(transport.Frame{Link: ab}, transport.Verdict{Pieces: pieces}).Fate == transport.Drop {
			lost++
		}
	}
	// A datagram arrives if the link is good at its first fragment, and stays so for nine more.
	want := 1 - 0.9*math.Pow(1-0.1/0.9/50, pieces-1)
	if got := float64(lost) / count; math.Abs(got-want) > 0.02 {
		t.Errorf("%.4f of the datagrams are lost, not %.4f", got, want)
	}
}

// TestFragmentsThatAllArriveAreNoEffect has no losses, and then a cut, which takes whole datagrams.
func TestFragmentsThatAllArriveAreNoEffect(t *testing.T) {
	sw := transport.NewSwitch()
	sw.SetRule(ab, "mtu", fault.Fault{Kind: fault.MTU, Size: 576, Fragmented: true}.Rule(ab, nil, datagrams))
	port, err := sw.Attach("a", nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, cut := range []bool{false, true} {
		if cut {
			if err := sw.Cut(context.Background(), ab); err != nil {
				t.Fatal(err)
			}
		}
		if err := port.Send("b", datagram(5000)); err != nil {
			t.Fatal(err)
		}
		if bites := sw.Bites("mtu"); bites != 0 {
			t.Errorf("cut %v: the MTU had an effect on %d frames", cut, bites)
		}
	}
	if err := port.Close(context.Background()); err != nil {
		t.Error(err)
	}
}
