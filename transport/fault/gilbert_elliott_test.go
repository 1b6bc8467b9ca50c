package fault_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/fault"
)

// bursts returns the share of count frames that a fault drops, and how long the runs of frames
// dropped one after another are on average.
func bursts(f fault.Fault, count int) (share, length float64) {
	rule := f.Rule(ab, nil)
	lost, runs, before := 0, 0, false
	for range count {
		is := rule.Judge(transport.Frame{Link: ab}, transport.Verdict{}).Fate == transport.Drop
		if is {
			lost++
		}
		if is && !before {
			runs++
		}
		before = is
	}
	return float64(lost) / float64(count), float64(lost) / float64(max(runs, 1))
}

func TestBurstsLoseTheirShareInRunsOfTheirLength(t *testing.T) {
	const count = 400_000
	for _, c := range []struct{ share, length float64 }{{0.01, 4}, {0.05, 8}, {0.1, 1}, {0.3, 20}, {0.75, 3}, {0.5, 1}} {
		f := fault.Fault{Kind: fault.BurstLoss, Bursts: fault.Bursts(c.share, c.length), Seed: 7}
		share, length := bursts(f, count)
		if math.Abs(share-c.share) > 0.08*c.share || math.Abs(length-c.length) > 0.08*c.length {
			t.Errorf("%v: loses %.4f in runs of %.3f", f, share, length)
		}
		if got := f.Bursts.Share(); math.Abs(got-c.share) > 1e-9 {
			t.Errorf("%v: Share is %v", f, got)
		}
	}
	if share, _ := bursts(fault.Fault{Kind: fault.BurstLoss, Bursts: fault.Bursts(0, 8)}, count); share != 0 {
		t.Errorf("a share of 0 loses %v", share)
	}
	// Losses of single frames come in runs as well, of 1/(1-share).
	if _, length := bursts(fault.Fault{Kind: fault.Loss, Share: 0.05, Seed: 7}, count); length > 1.1 {
		t.Errorf("loss without bursts comes in runs of %v", length)
	}
}

func TestAGilbertElliottLinkLosesInBothStates(t *testing.T) {
	m := fault.GilbertElliott{P: 0.02, R: 0.08, Bad: 0.5, Good: 0.01} // bad for a fifth of the frames
	share, _ := bursts(fault.Fault{Kind: fault.BurstLoss, Bursts: m, Seed: 7}, 400_000)
	if want := 0.2*0.5 + 0.8*0.01; math.Abs(share-want) > 0.08*want || math.Abs(m.Share()-want) > 1e-9 {
		t.Errorf("it loses %v and says %v, not %v", share, m.Share(), want)
	}
}

// TestALinkBeginsAsItIsOnAverage looks at the first frame of many links.
func TestALinkBeginsAsItIsOnAverage(t *testing.T) {
	const links = 4000
	lost := 0
	for i := range links {
		l := transport.Link{From: transport.Address(fmt.Sprint(i)), To: "b"}
		rule := fault.Fault{Kind: fault.BurstLoss, Bursts: fault.Bursts(0.3, 50), Seed: 7}.Rule(l, nil)
		if rule.Judge(transport.Frame{Link: l}, transport.Verdict{}).Fate == transport.Drop {
			lost++
		}
	}
	if lost < 1080 || lost > 1320 {
		t.Errorf("%d of %d links lose their first frame, not 30%%", lost, links)
	}
}
