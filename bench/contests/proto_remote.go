package contests

import (
	"context"
	"errors"

	"github.com/7aca83c2/multinode/bench/internal/child"
	"github.com/7aca83c2/multinode/bench/internal/contest"
	"github.com/7aca83c2/multinode/bench/peers"
	"github.com/7aca83c2/multinode/internal/rpc"
	"github.com/7aca83c2/multinode/transport/pipe"
)

const (
	partProtoRemote = "proto-remote"
	methodAddress   = "proto-remote.address"
)

type nothing struct{}

// serveProtoRemote is the process that is told and asked.
func serveProtoRemote(c pipe.Carrier) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	peer := rpc.NewPeer(c.Control)
	rpc.HandleFunc(peer, methodAddress, func(context.Context, nothing) (string, error) {
		return peers.ServeProtoRemote(ctx)
	})
	peer.Start()
	<-peer.Done()
	return nil
}

// runProtoRemote tells and asks an actor of another process, over TCP, with nothing in
// between.
func runProtoRemote(ctx context.Context) (sample contest.Sample, err error) {
	process, err := child.Start(partProtoRemote)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, process.Close()) }()
	peer := rpc.NewPeer(process.Control)
	peer.Start()
	address, err := rpc.Call[nothing, string](ctx, peer, methodAddress, nothing{})
	if err != nil {
		return nil, err
	}
	const messages, asked = 300_000, 3000
	took, err := peers.ProtoRemoteTell(address, messages)
	if err != nil {
		return nil, err
	}
	median, err := peers.ProtoRemoteAsk(address, asked)
	return contest.Sample{remoteTell: messages / took.Seconds(), remoteAsk: median.Seconds()}, err
}
