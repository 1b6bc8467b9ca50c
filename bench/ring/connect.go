package ring

import (
	"context"
	"sync"

	"github.com/7aca83c2/multinode/bench/floors"
	"github.com/7aca83c2/multinode/bench/internal/child"
	"github.com/7aca83c2/multinode/bench/peers"
	"github.com/7aca83c2/multinode/internal/rpc"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/pipe"
)

// places returns what each of n processes is to be told.
func places(n int) []join {
	all := make([]join, n)
	for i := range all {
		all[i] = join{Address: address(i), Next: address((i + 1) % n)}
	}
	return all
}

// talkTo makes the peer that a process answers to.
func (r *Ring) talkTo(processes []*child.Process) {
	for _, p := range processes {
		peer := rpc.NewPeer(p.Control)
		peer.Start()
		r.peers = append(r.peers, peer)
		r.closers = append(r.closers, func() error { peer.Wait(); return nil })
	}
}

func (r *Ring) connectPipes(_ context.Context, processes []*child.Process) ([]join, error) {
	r.talkTo(processes)
	return places(len(processes)), nil
}

func (r *Ring) connectRouter(router *floors.Router, processes []*child.Process) []join {
	joins := places(len(processes))
	var work sync.WaitGroup
	for i, p := range processes {
		router.Add(string(joins[i].Address))
		work.Go(func() { router.Take(p.Data) })
		work.Go(func() { router.Deliver(string(joins[i].Address), p.Data) })
	}
	r.talkTo(processes)
	r.closers = append(r.closers, func() error { router.End(); work.Wait(); return nil })
	return joins
}

func (r *Ring) connectBroker(_ context.Context, processes []*child.Process) ([]join, error) {
	sw := transport.NewSwitch()
	for i, p := range processes {
		line := pipe.NewLine(string(address(i)), p.Carrier)
		line.Use(sw)
		line.Start()
		r.peers = append(r.peers, line.Peer())
		r.closers = append(r.closers, func() error { line.Wait(); return nil })
	}
	return places(len(processes)), nil
}

// connectProxy puts a proxy in front of each process.
func (r *Ring) connectProxy(ctx context.Context, processes []*child.Process) ([]join, error) {
	r.talkTo(processes)
	joins := places(len(processes))
	for i, peer := range r.peers {
		upstream, err := rpc.Call[nothing, string](ctx, peer, methodListen, nothing{})
		if err != nil {
			return nil, err
		}
		listen, stop, err := peers.StartToxiproxy(upstream)
		if err != nil {
			return nil, err
		}
		r.closers = append(r.closers, stop)
		previous := (i + len(joins) - 1) % len(joins)
		joins[previous].Dial = listen
	}
	return joins, nil
}
