package soak_test

import (
	"context"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

// clients ask entities on every node that runs.
type clients struct {
	asked    atomic.Int64
	answered atomic.Int64
	hits     *tally // what they count, and write letters, or nil
	over     chan struct{}
	group    sync.WaitGroup
}

const (
	// perNode is how many clients a node has, atOnce how many entities each asks at a
	// time, and pace how long it rests after.
	perNode = 2
	atOnce  = 6
	pace    = 25 * time.Millisecond
	// hurry is how long a client waits for an answer: what a cut has swallowed never comes.
	hurry = 400 * time.Millisecond
	// effort is how long an entity works on what is not done at once.
	effort = 15 * time.Millisecond
)

// begin starts the clients. They go on until end is called.
func (c *clients) begin(ctx context.Context, cluster *Cluster) {
	c.over = make(chan struct{})
	for i, role := range cluster.Roles() {
		node := cluster.Node(role)
		for j := range perNode {
			number := 1 + perNode*i + j
			one := &client{c, number * perClient, rand.New(rand.NewPCG(cluster.Seed(), uint64(number)))}
			c.group.Go(func() { one.work(ctx, node) })
		}
	}
}

// client is one of them.
type client struct {
	*clients
	last int // the number of its latest message: numbers do not depend on who is quicker
	rng  *rand.Rand
}

// perClient is more than a client has messages.
const perClient = 10_000_000

func (c *client) work(ctx context.Context, node *Handle) {
	for {
		if node.Running() {
			answered, _ := ask.On(ctx, node, c.next()) // it may have crashed since
			c.answered.Add(int64(answered))
			if c.hits != nil {
				c.hits.count(ctx, node)
				_, _ = write.On(ctx, node, struct{}{})
			}
		}
		select {
		case <-c.over:
			return
		case <-ctx.Done():
			return
		case <-time.After(pace):
		}
	}
}

// next draws what a client asks next.
func (c *client) next() []call {
	calls := make([]call, atOnce)
	for i := range calls {
		calls[i] = call{ID: entityOf(c.rng.IntN(entities)), Number: c.number(), Patience: hurry}
		switch c.rng.IntN(10) {
		case 0:
			calls[i].Stop = true
		case 1:
			calls[i].Takes = effort
		}
	}
	return calls
}

func (c *client) number() int {
	c.asked.Add(1)
	c.last++
	return c.last
}

// end returns once the clients have stopped. It may be called twice.
func (c *clients) end() {
	select {
	case <-c.over:
	default:
		close(c.over)
	}
	c.group.Wait()
}
