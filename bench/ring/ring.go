package ring

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/7aca83c2/multinode/bench/floors"
	"github.com/7aca83c2/multinode/bench/internal/child"
	"github.com/7aca83c2/multinode/internal/rpc"
	"github.com/7aca83c2/multinode/transport"
)

// Kind is what the processes send their frames through.
type Kind string

// The kinds of rings.
const (
	Pipe   Kind = "ring-pipe"   // a pipe from each process to the next
	Router Kind = "ring-router" // floors.Router
	Runs   Kind = "ring-runs"   // floors.NewRunRouter
	Proxy  Kind = "ring-proxy"  // TCP, with toxiproxy in front of each process
	Broker Kind = "ring-broker" // the broker; frames are written and counted as with Router
	Nodes  Kind = "ring-nodes"  // the broker, between endpoints that a node would use
)

// Ring is some processes that are connected.
type Ring struct {
	peers   []*rpc.Peer
	closers []func() error // in the order of their calls
}

// Start starts n processes, from 2 to 26. Close ends them.
func Start(ctx context.Context, kind Kind, n int) (r *Ring, err error) {
	r = &Ring{}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("%s of %d: %w", kind, n, err), r.Close())
			r = nil
		}
	}()
	processes, err := r.startProcesses(kind, n)
	if err != nil {
		return r, err
	}
	connect := map[Kind]func(context.Context, []*child.Process) ([]join, error){
		Router: func(_ context.Context, processes []*child.Process) ([]join, error) {
			return r.connectRouter(floors.NewRouter(), processes), nil
		},
		Runs: func(_ context.Context, processes []*child.Process) ([]join, error) {
			return r.connectRouter(floors.NewRunRouter(), processes), nil
		},
		Pipe: r.connectPipes, Proxy: r.connectProxy, Broker: r.connectBroker, Nodes: r.connectBroker,
	}[kind]
	joins, err := connect(ctx, processes)
	if err != nil {
		return r, err
	}
	if err := r.all(ctx, func(ctx context.Context, i int) error { return call(ctx, r.peers[i], methodJoin, joins[i]) }); err != nil {
		return r, err
	}
	return r, r.all(ctx, func(ctx context.Context, i int) error { return call(ctx, r.peers[i], methodMeet, nothing{}) })
}

func call[A any](ctx context.Context, p *rpc.Peer, method string, argument A) error {
	_, err := rpc.Call[A, nothing](ctx, p, method, argument)
	return err
}

// all calls do for each process at once.
func (r *Ring) all(ctx context.Context, do func(ctx context.Context, i int) error) error {
	group, ctx := errgroup.WithContext(ctx)
	for i := range r.peers {
		group.Go(func() error { return do(ctx, i) })
	}
	return group.Wait()
}

// startProcesses gives each process its extra files and starts it.
func (r *Ring) startProcesses(kind Kind, n int) ([]*child.Process, error) {
	pipes := 1 // from each process to the one before: acknowledgements
	if kind == Pipe {
		pipes = 2
	}
	extra := make([][]*os.File, n)
	for i := range extra {
		extra[i] = make([]*os.File, 2*pipes)
	}
	var files []*os.File
	defer func() {
		for _, f := range files {
			_ = f.Close() // the children have theirs
		}
	}()
	for i := range n {
		next := (i + 1) % n
		for p := range pipes {
			reader, writer, err := os.Pipe()
			if err != nil {
				return nil, err
			}
			files = append(files, reader, writer)
			if p == 0 {
				extra[next][acksToPrevious], extra[i][acksFromNext] = writer, reader
			} else {
				enlarge(writer)
				extra[next][pipeFromPrevious], extra[i][pipeToNext] = reader, writer
			}
		}
	}
	var processes []*child.Process
	for i := range n {
		p, err := child.Start(string(kind), extra[i]...)
		if err != nil {
			return nil, err
		}
		processes = append(processes, p)
		r.closers = append(r.closers, p.Close)
	}
	return processes, nil
}

// Stream has the first process send the load to the second, and returns how long that
// took.
func (r *Ring) Stream(ctx context.Context, l Load) (time.Duration, error) {
	began := time.Now()
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return call(ctx, r.peers[1], methodReceive, l) })
	group.Go(func() error { return call(ctx, r.peers[0], methodSend, l) })
	err := group.Wait()
	return time.Since(began), err
}

// StreamAll has each process send the load to the next, all at once, and returns how
// long that took.
func (r *Ring) StreamAll(ctx context.Context, l Load) (time.Duration, error) {
	began := time.Now()
	err := r.all(ctx, func(ctx context.Context, i int) error {
		group, ctx := errgroup.WithContext(ctx)
		group.Go(func() error { return call(ctx, r.peers[i], methodReceive, l) })
		group.Go(func() error { return call(ctx, r.peers[i], methodSend, l) })
		return group.Wait()
	})
	return time.Since(began), err
}

// Ping has the first process, of a ring of two, send frames to the second and back, one
// by one. It returns the median time of one there and back.
func (r *Ring) Ping(ctx context.Context, l Load) (median time.Duration, err error) {
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return call(ctx, r.peers[1], methodEcho, l) })
	group.Go(func() (err error) {
		median, err = rpc.Call[Load, time.Duration](ctx, r.peers[0], methodPing, l)
		return err
	})
	err = group.Wait()
	return median, err
}

// Close ends the processes and returns when they, and all that is in between, have
// ended.
func (r *Ring) Close() error {
	var errs []error
	for _, c := range r.closers {
		errs = append(errs, c())
	}
	return errors.Join(errs...)
}

// address returns that of the i-th process.
func address(i int) transport.Address { return transport.Address(rune('a' + i)) }
