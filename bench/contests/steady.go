package contests

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/7aca83c2/multinode/bench/internal/contest"
	"github.com/7aca83c2/multinode/bench/internal/idle"
	"github.com/7aca83c2/multinode/bench/peers"
	"github.com/7aca83c2/multinode/cluster"
)

const (
	steadyCPU       = "steady state of 50 nodes, CPU per node and second"
	steadySuspected = "the same: false suspicions in 2 s"
	steadyCrash     = "then a crash of one, until all others know"
	oursTight       = ours + ", Deadline(50 ms, 250 ms)"
)

const (
	steadyNodes  = 50
	steadyWindow = 2 * time.Second
	// What is left of forming may end before the window.
	afterForming = 250 * time.Millisecond
	// The cluster is formed anew if that takes longer: with memberlist, a node that was
	// missed so long is missed for half a minute.
	steadyForming = 2 * time.Second
	formings      = 10
)

// deadline250 is a detector about as fast as that of memberlist's tight settings.
var deadline250 = cluster.WithDetector(cluster.Deadline(50*time.Millisecond, 250*time.Millisecond))

// Steady compares what nodes need while nothing happens, and how soon they notice a crash
// for it.
func Steady() contest.Contest {
	return contest.Contest{
		Name: "steady state",
		Contenders: []contest.Contender{
			steady(ours, startCrowd()),
			steady(oursTight, startCrowd(deadline250)),
			steady(listLAN, startLAN),
			steady(listTight, startList(peers.Tight())),
		},
		Measures: []contest.Measure{
			{
				Name: steadyCPU, Unit: contest.Seconds, Yardstick: listLAN,
				Goals: []contest.Goal{contest.Below(ours, 1e-3), contest.Below(oursTight, 1e-3)},
			}, {
				Name: steadySuspected, Unit: contest.Number,
				Goals: []contest.Goal{contest.Never(ours), contest.Never(oursTight)},
			}, {
				Name: steadyCrash, Unit: contest.Seconds, Yardstick: listTight,
			},
		},
	}
}

func steady(name string, start start) contest.Contender {
	return contest.Contender{Name: name, Run: func(ctx context.Context) (sample contest.Sample, err error) {
		c, err := formAnew(ctx, steadyNodes, start)
		if err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, c.stop()) }()
		if err := idle.Wait(ctx, afterForming); err != nil {
			return nil, err
		}
		before := 0
		if c.suspicions != nil {
			before = c.suspicions()
		}
		used, took, err := idle.CPU(ctx, steadyWindow)
		if err := errors.Join(err, c.check()); err != nil {
			return nil, err
		}
		sample = contest.Sample{steadyCPU: used.Seconds() / took.Seconds() / steadyNodes}
		if c.suspicions == nil {
			return sample, nil
		}
		sample[steadySuspected] = float64(c.suspicions() - before)
		noticed, err := c.crash(ctx)
		sample[steadyCrash] = noticed.Seconds()
		return sample, err
	}}
}

// formAnew starts a cluster of some nodes again and again until it forms.
func formAnew(ctx context.Context, nodes int, start start) (formed, error) {
	for range formings {
		if err := idle.Quiet(ctx); err != nil { // or it pays for the one before
			return formed{}, err
		}
		within, cancel := context.WithTimeoutCause(ctx, steadyForming, errGaveUp)
		c, err := start(within, nodes)
		cancel()
		if err == nil || !didNotForm(err) {
			return c, err
		}
	}
	return formed{}, fmt.Errorf("did not form in %v, %d times", steadyForming, formings)
}
