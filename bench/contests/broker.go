package contests

import (
	"context"
	"errors"

	"github.com/7aca83c2/multinode/bench/internal/contest"
	"github.com/7aca83c2/multinode/bench/ring"
)

// load is what is streamed for one measure.
type load struct {
	name  string
	bytes bool // count these, not frames
	ring.Load
}

var loads = []load{
	{"64 B frames from process to process, batched", false, ring.Load{Frames: 4000 * 512, Size: 64, Batch: 512}},
	{"64 B frames, each written by itself", false, ring.Load{Frames: 300_000, Size: 64, Batch: 1}},
	{"1 KiB frames, batched", true, ring.Load{Frames: 16_000 * 32, Size: 1 << 10, Batch: 32}},
	{"64 KiB frames", true, ring.Load{Frames: 10_000, Size: 64 << 10, Batch: 1}},
}

const (
	roundTrip = "64 B frame there and back, median"
	router    = "bare router"
	toxiproxy = "TCP through toxiproxy"
)

// Broker compares what carries frames between two processes.
func Broker() contest.Contest {
	c := contest.Contest{Name: "broker", Contenders: []contest.Contender{
		ringOf("one pipe", ring.Pipe),
		ringOf(router, ring.Router),
		{Name: "bare router, frames in a row queued at once", Run: func(ctx context.Context) (contest.Sample, error) {
			sample := contest.Sample{}
			return sample, withRing(ctx, ring.Runs, func(r *ring.Ring) error { return stream(ctx, r, loads[:1], sample) })
		}},
		ringOf(toxiproxy, ring.Proxy),
		ringOf(ours, ring.Broker),
		ringOf(ours+", with Send and Receiver", ring.Nodes),
	}}
	for i, l := range loads {
		unit := contest.PerSecond
		if l.bytes {
			unit = contest.BytesPerSecond
		}
		c.Measures = append(c.Measures, contest.Measure{
			Name: l.name, Unit: unit, Yardstick: router,
			Goals: []contest.Goal{contest.AtLeast(ours, 0.85)},
		})
		if i == 0 {
			c.Measures[0].Goals = append(c.Measures[0].Goals, contest.AheadOf(ours, toxiproxy))
		}
	}
	c.Measures = append(c.Measures, contest.Measure{
		Name: roundTrip, Unit: contest.Seconds, Yardstick: router, Goals: []contest.Goal{contest.AtMost(ours, 1.2)},
	})
	return c
}

// ringOf returns a contender whose frames go through a ring of that kind. The time there
// and back is much the same within a ring, and differs from one to the next with the cores
// that the system gives its processes: it is the median of that of some rings.
func ringOf(name string, kind ring.Kind) contest.Contender {
	return contest.Contender{Name: name, Run: func(ctx context.Context) (contest.Sample, error) {
		sample := contest.Sample{}
		if err := withRing(ctx, kind, func(r *ring.Ring) error { return stream(ctx, r, loads, sample) }); err != nil {
			return nil, err
		}
		var medians []float64
		for range rings {
			if err := withRing(ctx, kind, func(r *ring.Ring) error {
				median, err := r.Ping(ctx, ring.Load{Frames: 4000, Size: 64})
				medians = append(medians, median.Seconds())
				return err
			}); err != nil {
				return nil, err
			}
		}
		sample[roundTrip] = contest.SpreadOf(medians).Median
		return sample, nil
	}}
}

const rings = 5

func withRing(ctx context.Context, kind ring.Kind, do func(*ring.Ring) error) error {
	r, err := ring.Start(ctx, kind, 2)
	if err != nil {
		return err
	}
	return errors.Join(do(r), r.Close())
}

// stream sends the loads, the first one before as well, for the buffers to grow.
func stream(ctx context.Context, r *ring.Ring, loads []load, sample contest.Sample) error {
	for _, l := range append(loads[:1:1], loads...) {
		took, err := r.Stream(ctx, l.Load)
		if err != nil {
			return err
		}
		sample[l.name] = float64(l.Frames) / took.Seconds()
		if l.bytes {
			sample[l.name] *= float64(l.Size)
		}
	}
	return nil
}
