package fault_test

import (
	"bytes"
	"fmt"
	"math/bits"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/chanpair"
	"github.com/7aca83c2/multinode/transport/fault"
)

var ab, ba = transport.Link{From: "a", To: "b"}, transport.Link{From: "b", To: "a"}

// verdicts returns what a fault does to count frames of a link.
func verdicts(f fault.Fault, l transport.Link, count int) []string {
	rule := f.Rule(l, nil)
	var all []string
	for i := range count {
		v := rule.Judge(transport.Frame{Link: l, Payload: fmt.Appendf(nil, "frame %d", i)}, transport.Verdict{})
		all = append(all, fmt.Sprintf("%v %s %v %v %d %s", v.Fate, v.Reason, v.Delay, v.Overtake, v.Copies, v.Payload))
	}
	return all
}

var random = []fault.Fault{
	{Kind: fault.Latency, Delay: fault.Uniform(10*ms, 5*ms)},
	{Kind: fault.Latency, Delay: fault.Normal(10*ms, 5*ms)},
	{Kind: fault.Latency, Delay: fault.Exponential(10 * ms)},
	{Kind: fault.Loss, Share: 0.5},
	{Kind: fault.Duplication, Share: 0.5},
	{Kind: fault.Reordering, Share: 0.5, Delay: fault.Uniform(10*ms, 5*ms)},
	{Kind: fault.Corruption, Share: 0.5},
	{Kind: fault.BurstLoss, Bursts: fault.Bursts(0.5, 3)},
}

func TestTheSeedAndTheLinkDecide(t *testing.T) {
	for _, f := range random {
		f.Seed = 1
		other := f
		other.Seed = 2
		first := verdicts(f, ab, 100)
		if !slices.Equal(first, verdicts(f, ab, 100)) {
			t.Errorf("%v: one seed decides twice differently", f)
		}
		if slices.Equal(first, verdicts(other, ab, 100)) {
			t.Errorf("%v: two seeds decide alike", f)
		}
		if slices.Equal(first, verdicts(f, ba, 100)) {
			t.Errorf("%v: two links have one fate", f)
		}
	}
}

func TestTwoKindsOfOneSeedChooseDifferentFrames(t *testing.T) {
	loss, duplication := fault.Fault{Kind: fault.Loss, Share: 0.5, Seed: 1}, fault.Fault{Kind: fault.Duplication, Share: 0.5, Seed: 1}
	alike := 0
	lost, doubled := verdicts(loss, ab, 1000), verdicts(duplication, ab, 1000)
	for i := range lost {
		if strings.HasPrefix(lost[i], "drop") == strings.Contains(doubled[i], " 1 ") {
			alike++
		}
	}
	if alike < 400 || alike > 600 {
		t.Errorf("they agree on %d of 1000 frames", alike)
	}
}

func TestAShareOfTheFramesIsHit(t *testing.T) {
	const count = 10_000
	for _, kind := range []fault.Kind{fault.Loss, fault.Duplication, fault.Reordering, fault.Corruption} {
		for _, share := range []float64{0, 0.05, 0.5, 1} {
			f := fault.Fault{Kind: kind, Share: share, Delay: fault.Constant(ms), Seed: 7}
			hit := 0
			for _, v := range verdicts(f, ab, count) {
				if v != "deliver  0s false 0 " {
					hit++
				}
			}
			if got := float64(hit) / count; got < share-0.02 || got > share+0.02 || share == 1 && hit != count || share == 0 && hit > 0 {
				t.Errorf("%v hits %d frames of %d", f, hit, count)
			}
		}
	}
}

func TestDelaysAreDistributedAsTheySay(t *testing.T) {
	const count = 10_000
	for _, c := range []struct {
		delay         fault.Delay
		low, mean, up time.Duration // mean within 2%
	}{
		{fault.Constant(10 * ms), 10 * ms, 10 * ms, 10 * ms},
		{fault.Uniform(10*ms, 2*ms), 8 * ms, 10 * ms, 12 * ms},
		{fault.Normal(10*ms, 2*ms), 0, 10 * ms, 20 * ms},
		{fault.Exponential(10 * ms), 0, 10 * ms, 200 * ms},
		{fault.Uniform(ms, 3*ms), 0, 4 * ms / 3, 4 * ms}, // a third of them would be below 0
	} {
		rule := fault.Fault{Kind: fault.Latency, Delay: c.delay, Seed: 7}.Rule(ab, nil)
		var sum, low, up time.Duration = 0, time.Hour, 0
		for range count {
			d := rule.Judge(transport.Frame{Link: ab}, transport.Verdict{}).Delay
			sum, low, up = sum+d, min(low, d), max(up, d)
		}
		mean := sum / count
		if low < c.low || up > c.up || mean < c.mean*98/100 || mean > c.mean*102/100 || c.low < c.up && low == up {
			t.Errorf("%v: from %v to %v, on average %v", c.delay, low, up, mean)
		}
	}
}

func TestCorruptionFlipsOneBitOfACopy(t *testing.T) {
	rule := fault.Fault{Kind: fault.Corruption, Share: 1}.Rule(ab, nil)
	payload := []byte("payload")
	flipped := func(v transport.Verdict) (n int) {
		for i, b := range v.Payload {
			n += bits.OnesCount8(b ^ payload[i])
		}
		return n
	}
	seen := map[string]bool{}
	for range 1000 {
		v := rule.Judge(transport.Frame{Link: ab, Payload: payload}, transport.Verdict{})
		if len(v.Payload) != len(payload) || flipped(v) != 1 {
			t.Fatalf("%q", v.Payload)
		}
		seen[string(v.Payload)] = true
	}
	if string(payload) != "payload" || len(seen) != 8*len(payload) {
		t.Errorf("%q, %d of %d bits were flipped", payload, len(seen), 8*len(payload))
	}
	twice := rule.Judge(transport.Frame{Link: ab, Payload: []byte("other")}, transport.Verdict{Payload: bytes.Clone(payload)})
	if len(twice.Payload) != len(payload) || flipped(twice) != 1 {
		t.Errorf("what an earlier rule made of it became %q", twice.Payload)
	}
	if v := rule.Judge(transport.Frame{Link: ab}, transport.Verdict{}); v.Payload != nil {
		t.Errorf("nothing became %q", v.Payload)
	}
}

func TestDroppingTakesWhatMatches(t *testing.T) {
	for nth, want := range map[int]string{0: "1 2 4 5 7", 1: "1 2 4 5 6 7 9", 2: "1 2 3 4 5 7 9", 3: "1 2 3 4 5 6 7", 4: "1 2 3 4 5 6 7 9"} {
		rule := fault.Fault{Kind: fault.Dropping, Nth: nth}.Rule(ab, func(f transport.Frame) bool { return f.Payload[0]%3 == 0 })
		var left []string
		for i := byte(1); i < 10; i++ {
			if i == 8 { // matches not; 3 is dropped by another first, and does not count
				rule.Judge(transport.Frame{Link: ab, Payload: []byte{3}}, transport.Verdict{Fate: transport.Drop})
				continue
			}
			v := rule.Judge(transport.Frame{Link: ab, Payload: []byte{i}}, transport.Verdict{})
			if v.Fate == transport.Deliver {
				left = append(left, fmt.Sprint(i))
			} else if v.Reason != transport.ReasonDropped {
				t.Errorf("reason %q", v.Reason)
			}
		}
		if got := strings.Join(left, " "); got != want {
			t.Errorf("number %d: %s are left, not %s", nth, got, want)
		}
	}
}

func TestFaultsAddUp(t *testing.T) {
	for _, c := range []struct {
		fault       fault.Fault
		sofar, want transport.Verdict
	}{
		{fault.Fault{Kind: fault.Latency, Delay: fault.Constant(ms)}, transport.Verdict{Delay: ms}, transport.Verdict{Delay: 2 * ms}},
		{
			fault.Fault{Kind: fault.Reordering, Share: 1, Delay: fault.Constant(ms)},
			transport.Verdict{Delay: ms, Copies: 1},
			transport.Verdict{Delay: 2 * ms, Copies: 1, Overtake: true},
		},
		{fault.Fault{Kind: fault.Duplication, Share: 1}, transport.Verdict{Copies: 1, Delay: ms}, transport.Verdict{Copies: 2, Delay: ms}},
		{fault.Fault{Kind: fault.Hold}, transport.Verdict{Copies: 1}, transport.Verdict{Fate: transport.Hold, Reason: "hold", Copies: 1}},
		{fault.Fault{Kind: fault.Loss, Share: 1}, transport.Verdict{Fate: transport.Hold}, transport.Verdict{Fate: transport.Drop, Reason: "loss"}},
		// What is held waits for Release alone, and what is dropped meets no fault.
		{fault.Fault{Kind: fault.Latency, Delay: fault.Constant(ms)}, transport.Verdict{Fate: transport.Hold}, transport.Verdict{Fate: transport.Hold}},
		{fault.Fault{Kind: fault.Loss, Share: 1}, transport.Verdict{Fate: transport.Drop, Reason: "cut"}, transport.Verdict{Fate: transport.Drop, Reason: "cut"}},
	} {
		got := c.fault.Rule(ab, nil).Judge(transport.Frame{Link: ab, Payload: []byte("x")}, c.sofar)
		if fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%v: %+v\nnot %+v", c.fault, got, c.want)
		}
	}
}

// arrivals sends frames of 10 bytes, one each every, and returns their numbers in the
// order they arrive, and when.
func arrivals(t *testing.T, count int, every time.Duration, faults ...fault.Fault) (order []int, at []time.Duration) {
	synctest.Test(t, func(t *testing.T) {
		sw := transport.NewSwitch()
		network := chanpair.New(sw)
		start, done := time.Now(), make(chan struct{})
		a, err := network.Open("a", func(transport.Address, []byte) {})
		if err != nil {
			t.Fatal(err)
		}
		b, err := network.Open("b", func(_ transport.Address, payload []byte) {
			var i int
			if _, err := fmt.Sscan(string(payload), &i); err != nil {
				t.Error(err)
			}
			order, at = append(order, i), append(at, time.Since(start))
			if len(order) == count {
				close(done)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range faults {
			sw.SetRule(ab, f.String(), f.Rule(ab, nil))
		}
		for i := range count {
			if err := a.Send("b", fmt.Appendf(nil, "%10d", i)); err != nil {
				t.Error(err)
			}
			time.Sleep(every)
		}
		<-done
		for _, e := range []transport.Endpoint{a, b} {
			if err := e.Close(); err != nil {
				t.Error(err)
			}
		}
	})
	return order, at
}

func TestLatencyKeepsTheOrder(t *testing.T) {
	for _, delay := range []fault.Delay{fault.Uniform(10*ms, 10*ms), fault.Normal(10*ms, 10*ms), fault.Exponential(10 * ms)} {
		order, at := arrivals(t, 1000, ms, fault.Fault{Kind: fault.Latency, Delay: delay, Seed: 7})
		if !slices.IsSorted(order) {
			t.Errorf("%v: %v", delay, order)
		}
		for i, when := range at {
			if when < time.Duration(order[i])*ms {
				t.Errorf("%v: frame %d arrives at %v", delay, order[i], when)
			}
		}
	}
}

func TestReorderingLetsLaterFramesOvertake(t *testing.T) {
	order, _ := arrivals(t, 1000, ms, fault.Fault{Kind: fault.Reordering, Share: 0.1, Delay: fault.Uniform(5*ms, 4*ms), Seed: 7})
	fell := 0
	for place, i := range order {
		if place > i {
			fell++
		}
		if place > i+9 {
			t.Errorf("frame %d falls back to place %d", i, place)
		}
	}
	if fell < 50 || fell > 150 {
		t.Errorf("%d of 1000 frames fall back", fell)
	}
	slices.Sort(order)
	for i := range order {
		if order[i] != i {
			t.Fatalf("frame %d is missing or came twice", i)
		}
	}
}
