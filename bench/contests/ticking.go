package contests

import (
	"context"
	"errors"
	"time"

	"github.com/7aca83c2/multinode/bench/internal/child"
	"github.com/7aca83c2/multinode/bench/internal/contest"
	"github.com/7aca83c2/multinode/bench/internal/idle"
	"github.com/7aca83c2/multinode/internal/rpc"
	"github.com/7aca83c2/multinode/transport/pipe"
)

const (
	partTicking = "ticking"
	methodUsed  = "ticking.used"

	tickEvery     = 150 * time.Millisecond // as nodes beat by default
	tickingWindow = 3 * time.Second
	tickers       = 3 // processes, as many as the cluster has
)

// serveTicking is a process that only wakes as often as a node beats.
func serveTicking(c pipe.Carrier) error {
	ticker := time.NewTicker(tickEvery)
	defer ticker.Stop()
	peer := rpc.NewPeer(c.Control)
	rpc.HandleFunc(peer, methodUsed, func(context.Context, nothing) (time.Duration, error) { return idle.Total() })
	peer.Start()
	for {
		select {
		case <-ticker.C:
		case <-peer.Done():
			return nil
		}
	}
}

// ticking returns the contender that is processes which do nothing but wake: the least that
// nodes in processes of their own can take.
func ticking(what string) contest.Contender {
	return contest.Contender{Name: "three processes with a ticker of 150 ms", Run: func(ctx context.Context) (sample contest.Sample, err error) {
		var peers []*rpc.Peer
		for range tickers {
			process, err := child.Start(partTicking)
			if err != nil {
				return nil, err
			}
			defer func() { err = errors.Join(err, process.Close()) }()
			peer := rpc.NewPeer(process.Control)
			peer.Start()
			peers = append(peers, peer)
		}
		if _, err := usedBy(ctx, peers); err != nil { // they run
			return nil, err
		}
		before, err := usedBy(ctx, peers)
		if err != nil {
			return nil, err
		}
		began := time.Now()
		if err := idle.Wait(ctx, tickingWindow); err != nil {
			return nil, err
		}
		after, err := usedBy(ctx, peers)
		return contest.Sample{what: (after - before).Seconds() / time.Since(began).Seconds()}, err
	}}
}

// usedBy returns the time on a CPU of all the processes.
func usedBy(ctx context.Context, peers []*rpc.Peer) (sum time.Duration, err error) {
	for _, peer := range peers {
		used, err := rpc.Call[nothing, time.Duration](ctx, peer, methodUsed, nothing{})
		if err != nil {
			return 0, err
		}
		sum += used
	}
	return sum, nil
}
