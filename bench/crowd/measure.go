package crowd

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/bench/internal/idle"
	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/transport"
)

// Steady returns what each node needs while nothing happens for the length of a window:
// seconds on a CPU, and frames that it sends, both per second. What this process does
// otherwise counts as well. The window must be longer than a heartbeat's interval. Steady
// returns an error if a node does not see all others Up afterwards, or no frame was sent.
func (c *Crowd) Steady(ctx context.Context, window time.Duration) (cpu, frames float64, err error) {
	before := c.Frames()
	used, took, err := idle.CPU(ctx, window)
	if err != nil {
		return 0, 0, fmt.Errorf("crowd: steady: %w", err)
	}
	sent := c.Frames() - before
	if err := c.Check(); err != nil {
		return 0, 0, err
	}
	if sent == 0 && len(c.nodes) > 1 {
		return 0, 0, errors.New("crowd: steady: no heartbeat was sent")
	}
	nodeSeconds := float64(len(c.nodes)) * took.Seconds()
	return used.Seconds() / nodeSeconds, float64(sent) / nodeSeconds, nil
}

// Crash kills the last node, and returns how long the others take until the last of them
// sees it unreachable. There must be two nodes at least. The crowd is of use no more, but to
// be stopped.
func (c *Crowd) Crash(ctx context.Context) (time.Duration, error) {
	crashed, rest := c.nodes[len(c.nodes)-1], c.nodes[:len(c.nodes)-1]
	if len(rest) == 0 {
		return 0, errors.New("crowd: crash: there is nobody else")
	}
	began := time.Now()
	crashed.System().Kill()
	for _, node := range rest {
		err := node.Watch(ctx, func(v cluster.View) bool {
			return !slices.ContainsFunc(v.Members, func(m cluster.Member) bool {
				return m.Address == crashed.Self().Address && !m.Unreachable
			})
		})
		if err != nil {
			return 0, fmt.Errorf("crowd: crash: %w", err)
		}
	}
	return time.Since(began), nil
}

// spare is the address of the node that comes and goes. It is the highest, so that the
// node never leads.
const spare = transport.Address("spare")

// Round returns how long a change takes from the node that makes it to all others. The
// change is the smallest that the membership has: one node more, which joined before,
// becomes Leaving. The time ends when the last of the crowd's nodes has published that.
// Round then waits until the node is Removed, and the crowd is as it was.
func (c *Crowd) Round(ctx context.Context) (time.Duration, error) {
	took, err := c.round(ctx)
	if err != nil {
		return 0, fmt.Errorf("crowd: round: %w", err)
	}
	return took, nil
}

func (c *Crowd) round(ctx context.Context) (time.Duration, error) {
	guest, err := c.boot(spare)
	if err != nil {
		return 0, err
	}
	defer guest.System().Kill()
	n := len(c.nodes)
	if err := errors.Join(await(ctx, c.nodes, n+1), await(ctx, []*cluster.Membership{guest}, n+1)); err != nil {
		return 0, err
	}
	all, last, cancel := c.hear(guest.Self().Incarnation)
	defer cancel()
	began := time.Now()
	group, within := errgroup.WithContext(ctx)
	group.Go(func() error { return guest.Leave(within) })
	group.Go(func() error {
		select {
		case <-all:
			return nil
		case <-within.Done():
			return context.Cause(within)
		}
	})
	if err := group.Wait(); err != nil {
		return 0, err
	}
	return last.Sub(began), await(ctx, c.nodes, n)
}

// hear returns a channel that is closed when each node has published that the spare one
// of this incarnation is leaving, or removed if it learned both at once, and the time of
// the last that did, which is set then.
func (c *Crowd) hear(incarnation uint64) (all <-chan struct{}, last *time.Time, cancel func()) {
	var heard atomic.Int64
	var cancels []func()
	done, last := make(chan struct{}), &time.Time{}
	for _, node := range c.nodes {
		has := false // belongs to who publishes
		cancels = append(cancels, actor.Subscribe(node.System(), func(e cluster.Event) {
			if has || !tellsOfLeaving(e, incarnation) {
				return
			}
			has = true
			if int(heard.Add(1)) == len(c.nodes) {
				*last = time.Now()
				close(done)
			}
		}))
	}
	return done, last, func() {
		for _, cancel := range cancels {
			cancel()
		}
	}
}

func tellsOfLeaving(e cluster.Event, incarnation uint64) bool {
	var m cluster.Member
	switch e := e.(type) {
	case cluster.MemberLeaving:
		m = e.Member
	case cluster.MemberRemoved:
		m = e.Member
	}
	return m.Address == spare && m.Incarnation == incarnation
}
