package contests

import (
	"context"
	"errors"

	"github.com/7aca83c2/multinode/bench/internal/contest"
	"github.com/7aca83c2/multinode/bench/remote"
	"github.com/7aca83c2/multinode/bench/ring"
)

const (
	remoteTell = "remote tell, from actor to actor of two processes"
	remoteAsk  = "remote ask, median"
	bareFrames = "bare router, frames of the same length"
)

// jobFrame is about the size of a frame with a message of package remote, in bytes.
const jobFrame = 40

// Remote compares what actors of two processes have to say with the bare frames.
func Remote() contest.Contest {
	return contest.Contest{
		Name: "remote",
		Contenders: []contest.Contender{
			{Name: bareFrames, Run: runJobFrames},
			{Name: ours, Run: runRemote},
			{Name: proto + ", without anything in between", Run: runProtoRemote},
		},
		Measures: []contest.Measure{
			{
				Name: remoteTell, Unit: contest.PerSecond, Yardstick: bareFrames,
				Goals: []contest.Goal{contest.Above(ours, 2e6)},
			}, {
				Name: remoteAsk, Unit: contest.Seconds, Yardstick: bareFrames,
				Goals: []contest.Goal{contest.Below(ours, 80e-6)},
			},
		},
	}
}

func runRemote(ctx context.Context) (sample contest.Sample, err error) {
	pair, err := remote.Start(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, pair.Close()) }()
	rate, err := pair.Tell(ctx, 2_000_000)
	if err != nil {
		return nil, err
	}
	median, err := pair.Ask(ctx, 5000)
	return contest.Sample{remoteTell: rate, remoteAsk: median.Seconds()}, err
}

func runJobFrames(ctx context.Context) (sample contest.Sample, err error) {
	r, err := ring.Start(ctx, ring.Router, 2)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	l := ring.Load{Frames: 4000 * 512, Size: jobFrame, Batch: 512}
	took, err := r.Stream(ctx, l)
	if err != nil {
		return nil, err
	}
	median, err := r.Ping(ctx, ring.Load{Frames: 5000, Size: jobFrame})
	return contest.Sample{remoteTell: float64(l.Frames) / took.Seconds(), remoteAsk: median.Seconds()}, err
}
