package contests

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/7aca83c2/multinode/bench/internal/contest"
	"github.com/7aca83c2/multinode/bench/links"
	"github.com/7aca83c2/multinode/transport/fault"
)

const overPipes = ours + ", over pipes"

// overLinks returns the contenders of a contest over links. Each trial has a link of its own.
func overLinks(trials []trial) []contest.Contender {
	contender := func(name string, open func(context.Context) (*links.Way, error)) contest.Contender {
		return contest.Contender{Name: name, Run: func(ctx context.Context) (contest.Sample, error) {
			sample := contest.Sample{}
			for _, t := range trials {
				if t.alone && name == toxiproxy {
					continue
				}
				if err := t.hold(ctx, open, sample); err != nil {
					return nil, fmt.Errorf("%s: %w", t.name, err)
				}
			}
			return sample, nil
		}}
	}
	return []contest.Contender{
		contender(ours, links.InProcess), contender(overPipes, links.OverPipes), contender(toxiproxy, links.Proxied),
	}
}

// trial is something to be measured on a link with faults.
type trial struct {
	name   string
	alone  bool // toxiproxy cannot take part
	faults []fault.Fault
	do     func(ctx context.Context, w *links.Way, sample contest.Sample, name string) error
}

func (t trial) hold(ctx context.Context, open func(context.Context) (*links.Way, error), sample contest.Sample) (err error) {
	w, err := open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	if err := w.Inflict(t.faults...); err != nil {
		return err
	}
	return t.do(ctx, w, sample, t.name)
}

// limits are rates, in bytes a second, and for how many seconds they are measured.
var limits = []struct{ rate, seconds int }{{64_000, 5}, {1_000_000, 2}, {10_000_000, 1}, {100_000_000, 1}}

// Goodput is what streams make of a limited link, as a share of the limit. Toxiproxy limits
// each connection for itself, so that it takes part with one only.
func Goodput() contest.Contest {
	var trials []trial
	c := contest.Contest{Name: "goodput", Once: true}
	for _, l := range limits {
		for _, conns := range []int{1, 4, 16} {
			name := fmt.Sprintf("goodput, %s, limit %s", plural(conns, "connection"), contest.BytesPerSecond.Format(float64(l.rate)))
			trials = append(trials, trial{
				name, conns > 1,
				[]fault.Fault{fault.NewBandwidth(l.rate)},
				func(ctx context.Context, w *links.Way, sample contest.Sample, name string) (err error) {
					got, err := w.Goodput(ctx, conns, l.seconds*l.rate)
					sample[name] = got / float64(l.rate)
					return err
				},
			})
			c.Measures = append(c.Measures, contest.Measure{Name: name, Unit: contest.Share, Goals: []contest.Goal{
				contest.Above(ours, 0.90), contest.Below(ours, 1.02), contest.Above(overPipes, 0.90), contest.Below(overPipes, 1.02),
			}})
		}
	}
	c.Contenders = overLinks(trials)
	return c
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// Links is what other faults make of connections.
func Links() contest.Contest {
	const ms = time.Millisecond
	latency := fault.Fault{Kind: fault.Latency, Delay: fault.Constant(20 * ms)}
	lossy := func(f fault.Fault) []fault.Fault { f.Seed = 1; return []fault.Fault{latency, f} }
	trials := []trial{
		{"500 MB without a fault", false, nil, sendAll(500e6)},
		{"20 MB over a round trip of 40 ms", false, []fault.Fault{latency}, sendAll(20e6)},
		{"the same, 1% lost", true, lossy(fault.Fault{Kind: fault.Loss, Share: 0.01}), sendAll(20e6)},
		{"the same, 5% lost", true, lossy(fault.Fault{Kind: fault.Loss, Share: 0.05}), sendAll(20e6)},
		{"the same, 5% lost in bursts of 8", true, lossy(fault.Fault{Kind: fault.BurstLoss, Bursts: fault.Bursts(0.05, 8)}), sendAll(20e6)},
		{"the same, 10% fall back by 0 to 10 ms", true, lossy(fault.Fault{Kind: fault.Reordering, Share: 0.1, Delay: fault.Uniform(5*ms, 5*ms)}), sendAll(20e6)},
	}
	c := contest.Contest{Name: "faulty links", Once: true}
	for _, t := range trials {
		m := contest.Measure{Name: t.name, Unit: contest.BytesPerSecond}
		if !t.alone {
			m.Yardstick = toxiproxy
		}
		c.Measures = append(c.Measures, m)
	}
	const median, late, undo = "64 B there and back with a delay of 20 ms each way, median", "the same, 99th percentile",
		"dial and round trip after the end of a limit of 64 kB/s that was full"
	trials = append(trials,
		trial{median, false, []fault.Fault{latency}, func(ctx context.Context, w *links.Way, sample contest.Sample, _ string) error {
			m, l, err := w.RoundTrips(ctx, 100)
			sample[median], sample[late] = m.Seconds(), l.Seconds()
			return err
		}},
		trial{undo, false, nil, func(ctx context.Context, w *links.Way, sample contest.Sample, _ string) error {
			took, err := w.AfterUndo(ctx)
			sample[undo] = took.Seconds()
			return err
		}})
	c.Measures = append(c.Measures,
		contest.Measure{Name: median, Unit: contest.Seconds, Yardstick: toxiproxy},
		contest.Measure{Name: late, Unit: contest.Seconds, Yardstick: toxiproxy},
		contest.Measure{Name: undo, Unit: contest.Seconds, Yardstick: toxiproxy, Goals: []contest.Goal{
			contest.Below(ours, 0.1), contest.Below(overPipes, 0.1),
		}})
	c.Contenders = overLinks(trials)
	return c
}

// sendAll sends so many bytes over one connection and notes how fast.
func sendAll(bytes int) func(ctx context.Context, w *links.Way, sample contest.Sample, name string) error {
	return func(ctx context.Context, w *links.Way, sample contest.Sample, name string) (err error) {
		sample[name], err = w.Goodput(ctx, 1, bytes)
		return err
	}
}
