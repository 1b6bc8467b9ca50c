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
	oursTight       = ours + ", Deadline(50 ms, 250 ms)"
)

const (
	steadyNodes  = 50
	steadyWindow = 2 * time.Second
	// What is left of forming may end before the window.
	settling = 250 * time.Millisecond
	// The cluster is formed anew if that takes longer: with memberlist, a node that was
	// missed so long is missed for half a minute.
	steadyForming = 2 * time.Second
	formings      = 10
)

// Steady compares what nodes need while nothing happens. The tight settings of memberlist
// detect a crash within the time that Deadline(50 ms, 250 ms) does.
func Steady() contest.Contest {
	tight := cluster.WithDetector(cluster.Deadline(50*time.Millisecond, 250*time.Millisecond))
	return contest.Contest{
		Name: "steady state",
		Contenders: []contest.Contender{
			steady(ours, startCrowd()),
			steady(oursTight, startCrowd(tight)),
			steady(listLAN, startList(peers.LAN())),
			steady(listTight, startList(peers.Tight())),
		},
		Measures: []contest.Measure{
			{
				Name: steadyCPU, Unit: contest.Seconds, Yardstick: listLAN,
				Goals: []contest.Goal{contest.Below(ours, 1e-3), contest.Below(oursTight, 1e-3)},
			}, {
				Name: steadySuspected, Unit: contest.Number,
				Goals: []contest.Goal{contest.Never(ours), contest.Never(oursTight)},
			},
		},
	}
}

func steady(name string, start start) contest.Contender {
	return contest.Contender{Name: name, Run: func(ctx context.Context) (sample contest.Sample, err error) {
		c, err := formAnew(ctx, start)
		if err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, c.stop()) }()
		if err := idle.Wait(ctx, settling); err != nil {
			return nil, err
		}
		before := c.suspicions()
		used, took, err := idle.CPU(ctx, steadyWindow)
		return contest.Sample{
			steadyCPU:       used.Seconds() / took.Seconds() / steadyNodes,
			steadySuspected: float64(c.suspicions() - before),
		}, errors.Join(err, c.check())
	}}
}

// formAnew starts a cluster again and again until it forms.
func formAnew(ctx context.Context, start start) (formed, error) {
	for range formings {
		within, cancel := context.WithTimeoutCause(ctx, steadyForming, errGaveUp)
		c, err := start(within, steadyNodes)
		cancel()
		if !errors.Is(err, errGaveUp) {
			return c, err
		}
	}
	return formed{}, fmt.Errorf("did not form in %v, %d times", steadyForming, formings)
}
