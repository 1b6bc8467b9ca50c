package main

import (
	"context"
	"time"

	"github.com/7aca83c2/multinode/bench/crowd"
	"github.com/7aca83c2/multinode/bench/internal/contest"
	"github.com/7aca83c2/multinode/bench/internal/idle"
)

// nodes are the sizes of the clusters.
var nodes = []int{3, 5, 10, 20, 50, 100, 200}

const (
	settling   = 250 * time.Millisecond // of a cluster, before the window
	window     = time.Second
	asymptotic = 10 // nodes, from which on a power law is fitted: fewer all watch all
)

// often returns how often a cluster of n nodes is made.
func often(n int) int {
	if n >= 100 {
		return 3
	}
	return 5
}

// series is what was measured of one thing, by the number of nodes or processes.
type series struct {
	name   string
	unit   contest.Unit
	points []point
	law    power

	follows bool // from the series before it: n times that
}

// growCrowds returns the medians of clusters of all sizes: forming, a round, and the CPU
// of each node and of all.
func growCrowds(ctx context.Context) ([]*series, error) {
	all := []*series{
		{name: "forming", unit: contest.Seconds},
		{name: "a change reaches all", unit: contest.Seconds},
		{name: "CPU of a node per second", unit: contest.Seconds},
		{name: "CPU of all nodes per second", unit: contest.Seconds, follows: true},
	}
	for _, n := range nodes {
		values := make([][]float64, len(all))
		for range often(n) {
			sample, err := once(ctx, n)
			if err != nil {
				return nil, err
			}
			for i, v := range sample {
				values[i] = append(values[i], v)
			}
		}
		for i, s := range all {
			s.points = append(s.points, point{float64(n), contest.SpreadOf(values[i]).Median})
		}
	}
	for _, s := range all {
		var err error
		if s.law, err = fit(s.points, asymptotic); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// once returns the values of one cluster, in the order of growCrowds.
func once(ctx context.Context, n int) ([]float64, error) {
	c, err := crowd.Start(ctx, n)
	if err != nil {
		return nil, err
	}
	defer c.Stop()
	if err := idle.Wait(ctx, settling); err != nil {
		return nil, err
	}
	cpu, _, err := c.Steady(ctx, window)
	if err != nil {
		return nil, err
	}
	round, err := c.Round(ctx)
	return []float64{c.Took.Seconds(), round.Seconds(), cpu, cpu * float64(n)}, err
}
