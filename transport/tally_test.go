package transport_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/7aca83c2/multinode/transport"
)

// linkOf returns what is recorded of a link.
func linkOf(sw *transport.Switch, l transport.Link) transport.RecordedLink {
	links := sw.Recorded().Links
	return links[slices.IndexFunc(links, func(r transport.RecordedLink) bool { return r.Link == l })]
}

func TestEvictedFramesAreCountedByWhenTheyWereSent(t *testing.T) {
	recorded(t, func(t *testing.T, sw *transport.Switch, a, b, _ *transport.Port) {
		for i := range 6 {
			send(t, a, "b", fmt.Sprint(i))
			send(t, a, "nobody", "x")
			take(b)
			time.Sleep(30 * ms)
		}
		want(t, linkOf(sw, ab).Buckets, transport.Bucket{At: 0, Width: 50 * ms, Delivered: 2})
		cutAs(t, sw, "cut")
		send(t, a, "b", "6")
		want(t, linkOf(sw, ab).Buckets,
			transport.Bucket{At: 0, Width: 50 * ms, Delivered: 2}, transport.Bucket{At: 50 * ms, Width: 50 * ms, Delivered: 1})
		want(t, linkOf(sw, transport.Link{From: "a", To: "nobody"}).Buckets, transport.Bucket{At: 0, Width: 50 * ms, Lost: 2})
		if r := sw.Recorded(); r.Complete != 60*ms+1 {
			t.Errorf("it is complete from %v on, not from 60 ms and 1 ns", r.Complete)
		}
	}, transport.WithRecordOf(4, 1000, 100))
}

// TestALateFrameIsCountedWhereItBelongs has one that was delayed be evicted behind later ones.
func TestALateFrameIsCountedWhereItBelongs(t *testing.T) {
	recorded(t, func(t *testing.T, sw *transport.Switch, a, b, _ *transport.Port) {
		off := verdict(sw, transport.Verdict{Delay: 190 * ms, Overtake: true})
		send(t, a, "b", "late")
		off()
		for range 8 {
			time.Sleep(50 * ms)
			send(t, a, "b", "x")
			take(b)
		}
		want(t, linkOf(sw, ab).Buckets,
			transport.Bucket{At: 0, Width: 50 * ms, Delivered: 1},
			transport.Bucket{At: 50 * ms, Width: 50 * ms, Delivered: 1},
			transport.Bucket{At: 100 * ms, Width: 50 * ms, Delivered: 1},
			transport.Bucket{At: 150 * ms, Width: 50 * ms, Delivered: 1},
			transport.Bucket{At: 200 * ms, Width: 50 * ms, Delivered: 1})
	}, transport.WithRecordOf(4, 1000, 100))
}

func TestBucketsGetWiderWhenThereAreTooMany(t *testing.T) {
	recorded(t, func(t *testing.T, sw *transport.Switch, a, b, _ *transport.Port) {
		for range 10 {
			send(t, a, "b", "x")
			send(t, a, "nobody", "x")
			take(b)
			time.Sleep(60 * ms)
		}
		want(t, linkOf(sw, ab).Buckets,
			transport.Bucket{At: 0, Width: 200 * ms, Delivered: 4}, transport.Bucket{At: 200 * ms, Width: 200 * ms, Delivered: 3},
			transport.Bucket{At: 400 * ms, Width: 200 * ms, Delivered: 1})
		want(t, linkOf(sw, transport.Link{From: "a", To: "nobody"}).Buckets,
			transport.Bucket{At: 0, Width: 200 * ms, Lost: 4}, transport.Bucket{At: 200 * ms, Width: 200 * ms, Lost: 3},
			transport.Bucket{At: 400 * ms, Width: 200 * ms, Lost: 1})
	}, transport.WithRecordOf(2, 1000, 0))
}

func TestAFrameThatIsEvictedInTheQueueIsCountedWhenItLeaves(t *testing.T) {
	recorded(t, func(t *testing.T, sw *transport.Switch, a, b, c *transport.Port) {
		cb := transport.Link{From: "c", To: "b"}
		for range 5 {
			send(t, a, "b", "x")
			send(t, c, "b", "x")
		}
		if l := linkOf(sw, ab); l.Queued != 5 || l.Buckets[0].Delivered != 0 {
			t.Errorf("%d are queued, %d counted as delivered", l.Queued, l.Buckets[0].Delivered)
		}
		cutAs(t, sw, "cut")
		if l := linkOf(sw, ab); l.Queued != 0 || l.Buckets[0].Lost != 3 {
			t.Errorf("%d are queued, %d counted as lost", l.Queued, l.Buckets[0].Lost)
		}
		take(b)
		if l := linkOf(sw, cb); l.Queued != 0 || l.Buckets[0].Delivered != 3 {
			t.Errorf("%d are queued, %d counted as delivered", l.Queued, l.Buckets[0].Delivered)
		}
	}, transport.WithRecordOf(4, 1000, 100))
}

// TestRingsGrowWithinABudget has two receivers: the first leaves too little for the second.
func TestRingsGrowWithinABudget(t *testing.T) {
	recorded(t, func(t *testing.T, sw *transport.Switch, a, b, c *transport.Port) {
		kept := func(to transport.Address) (n int) {
			for range 1000 {
				send(t, a, to, "x")
			}
			r := sw.Recorded()
			for _, f := range r.Frames {
				if r.Links[f.Link].To == to {
					n++
				}
			}
			return n
		}
		want(t, []int{kept("b"), kept("c")}, 128, 64)
	}, transport.WithRecordOf(1<<10, 300, 100))
	recorded(t, func(t *testing.T, sw *transport.Switch, a, _, _ *transport.Port) {
		for range 1000 {
			send(t, a, "b", "x")
		}
		want(t, []int{len(sw.Recorded().Frames)}, 256)
	}, transport.WithRecordOf(256, 1<<20, 100))
}

func TestMoreReasonsThanAreKnownApart(t *testing.T) {
	recorded(t, func(t *testing.T, sw *transport.Switch, a, _, _ *transport.Port) {
		n := 0
		sw.SetRule(ab, "many", transport.RuleFunc(func(transport.Frame, transport.Verdict) transport.Verdict {
			n++
			return transport.Verdict{Fate: transport.Drop, Reason: fmt.Sprint(n)}
		}))
		for range 1<<16 - 2 {
			send(t, a, "b", "x")
		}
		sw.ClearRule(ab, "many")
		cutAs(t, sw, "cut")
		send(t, a, "b", "x")
		r := sw.Recorded()
		want(t, []string{r.Frames[0].Reason, r.Frames[1].Reason, r.Frames[2].Reason, r.Frames[3].Reason}, "65532", "65533", "other", "other")
	}, transport.WithRecordOf(4, 1000, 100))
}
