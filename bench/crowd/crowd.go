package crowd

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/chanpair"
)

// Crowd is a cluster of nodes in this process. Its methods must not be called at once.
type Crowd struct {
	Took time.Duration // from before the first node was made until all saw all

	sw      *transport.Switch
	network transport.Network
	options []cluster.Option
	nodes   []*cluster.Membership
	lives   uint64 // the incarnation of the last node

	suspicions atomic.Int64
	stopped    atomic.Bool
}

// Start starts n nodes, at the addresses n000, n001..., whose seed is the first. It
// returns when each sees all n Up, and has converged, and with an error if a node cannot
// start or ctx ends first.
func Start(ctx context.Context, n int, options ...cluster.Option) (*Crowd, error) {
	if n < 1 {
		return nil, fmt.Errorf("crowd: start: %d nodes: there must be one at least", n)
	}
	sw := transport.NewSwitch()
	c := &Crowd{
		sw: sw, network: chanpair.New(sw),
		options: append([]cluster.Option{cluster.WithSeeds(address(0))}, options...),
	}
	began := time.Now()
	if err := c.form(ctx, n); err != nil {
		c.Stop()
		return nil, fmt.Errorf("crowd: start %d nodes: %w", n, err)
	}
	c.Took = time.Since(began)
	return c, nil
}

func (c *Crowd) form(ctx context.Context, n int) error {
	for i := range n {
		node, err := c.boot(address(i))
		if err != nil {
			return err
		}
		c.nodes = append(c.nodes, node)
	}
	return await(ctx, c.nodes, n)
}

// boot starts a node whose suspicions are counted from the start.
func (c *Crowd) boot(at transport.Address) (*cluster.Membership, error) {
	c.lives++
	sys, err := actor.NewSystem(actor.WithNetwork(c.network, at), actor.WithIncarnation(c.lives))
	if err != nil {
		return nil, err
	}
	actor.Subscribe(sys, func(cluster.MemberUnreachable) {
		if !c.stopped.Load() {
			c.suspicions.Add(1)
		}
	})
	node, err := cluster.Start(sys, c.options...)
	if err != nil {
		sys.Kill()
		return nil, err
	}
	return node, nil
}

// await returns when each node sees n members, which are Up, and has converged.
func await(ctx context.Context, nodes []*cluster.Membership, n int) error {
	for _, node := range nodes {
		if err := node.Watch(ctx, allUp(n)); err != nil {
			return err
		}
	}
	return nil
}

// allUp is the view of a cluster of n members that is well.
func allUp(n int) func(cluster.View) bool {
	return func(v cluster.View) bool {
		return v.Converged && len(v.Members) == n && !slices.ContainsFunc(v.Members, func(m cluster.Member) bool {
			return m.Status != cluster.Up || m.Unreachable
		})
	}
}

// Check returns an error unless each node sees all others Up and has converged.
func (c *Crowd) Check() error {
	for _, node := range c.nodes {
		if v := node.View(); !allUp(len(c.nodes))(v) {
			return fmt.Errorf("crowd: not all are well: %s", v)
		}
	}
	return nil
}

// Suspicions returns how often a node saw another one become unreachable so far, which
// none was.
func (c *Crowd) Suspicions() int { return int(c.suspicions.Load()) }

// Frames returns how many frames were put into a node's queue so far.
func (c *Crowd) Frames() (all uint64) {
	for _, link := range c.sw.Stats() {
		all += link.Passed
	}
	return all
}

// Stop ends all nodes, as a crash does. What they make of each other's end is no
// suspicion.
func (c *Crowd) Stop() {
	c.stopped.Store(true)
	for _, node := range c.nodes {
		node.System().Kill()
	}
}

// address returns that of the i-th node.
func address(i int) transport.Address { return transport.Address(fmt.Sprintf("n%03d", i)) }
