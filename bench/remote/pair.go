package remote

import (
	"context"
	"errors"
	"time"

	"github.com/7aca83c2/multinode/bench/internal/child"
	"github.com/7aca83c2/multinode/internal/rpc"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/pipe"
)

// Pair is the two processes. Close ends them.
type Pair struct {
	a       *rpc.Peer
	closers []func() error
}

// Start starts both.
func Start(ctx context.Context) (*Pair, error) {
	p := &Pair{}
	sw := transport.NewSwitch()
	for _, part := range []string{"remote-b", "remote-a"} {
		process, err := child.Start(part)
		if err != nil {
			return nil, errors.Join(err, p.Close())
		}
		line := pipe.NewLine(part, process.Carrier)
		line.Use(sw)
		line.Start()
		p.closers = append(p.closers, process.Close, func() error { line.Wait(); return nil })
		p.a = line.Peer()
		if _, err := rpc.Call[nothing, nothing](ctx, line.Peer(), methodOpen, nothing{}); err != nil {
			return nil, errors.Join(err, p.Close())
		}
	}
	return p, nil
}

// Tell has an actor of one process tell that of the other jobs, n or a few less, and
// returns how many are handled in a second.
func (p *Pair) Tell(ctx context.Context, n int) (perSecond float64, err error) {
	began := time.Now()
	_, err = rpc.Call[int, nothing](ctx, p.a, methodTell, n/tellEvery)
	return float64(n/tellEvery*tellEvery) / time.Since(began).Seconds(), err
}

// Ask asks n times, one by one, and returns the median time of one.
func (p *Pair) Ask(ctx context.Context, n int) (time.Duration, error) {
	return rpc.Call[int, time.Duration](ctx, p.a, methodAsk, n)
}

// Close ends both processes.
func (p *Pair) Close() error {
	var errs []error
	for _, c := range p.closers {
		errs = append(errs, c())
	}
	return errors.Join(errs...)
}
