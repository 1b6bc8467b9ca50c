package main

import (
	"context"
	"errors"

	"github.com/7aca83c2/multinode/bench/internal/contest"
	"github.com/7aca83c2/multinode/bench/ring"
)

// processes are the sizes of the rings.
var processes = []int{2, 3, 4, 6, 8, 12, 16}

const (
	ringRuns = 5
	batch    = 512
	batches  = 8000 // in all, of which each process sends its part
)

// growRings returns the medians of the frames per second, all processes together, through
// a bare router and the broker.
func growRings(ctx context.Context) ([]*series, error) {
	all := []*series{
		{name: "bare router", unit: contest.PerSecond},
		{name: "multinode's broker", unit: contest.PerSecond},
	}
	for _, n := range processes {
		values := make([][]float64, len(all))
		for run := range ringRuns {
			for turn := range all {
				i := (run + turn) % len(all)
				kind := []ring.Kind{ring.Router, ring.Broker}[i]
				rate, err := stream(ctx, kind, n)
				if err != nil {
					return nil, err
				}
				values[i] = append(values[i], rate)
			}
		}
		for i, s := range all {
			s.points = append(s.points, point{float64(n), contest.SpreadOf(values[i]).Median})
		}
	}
	return all, nil
}

// stream returns the frames per second of one ring.
func stream(ctx context.Context, kind ring.Kind, n int) (rate float64, err error) {
	r, err := ring.Start(ctx, kind, n)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	each := batches / n * batch
	load := ring.Load{Frames: each, Size: 64, Batch: batch}
	if _, err := r.StreamAll(ctx, load); err != nil { // for the buffers to grow
		return 0, err
	}
	took, err := r.StreamAll(ctx, load)
	return float64(n*each) / took.Seconds(), err
}
