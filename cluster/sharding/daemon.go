package sharding

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster"
)

// StartDaemon has the cluster run n workers at all times, spread over its nodes. Their
// ids are "0" to n-1, each a shard of its own. A worker that ends is started again after
// 50 ms, one whose node dies as soon as that is removed. All nodes must name the same n.
// A message for another id is dropped, because of ErrUnknown. Start says what it returns,
// and what the options are; WithShards and WithShardOf have no effect, and WithRemember
// and passivation are ErrOption.
func StartDaemon[M any](m *cluster.Membership, name string, n int, factory func(worker int) actor.Actor[M], options ...Option) (*Region[M], error) {
	c, err := makeConfig(name, options)
	if err == nil {
		err = c.checkDaemon(n)
	}
	if err == nil && factory == nil {
		err = fmt.Errorf("no factory: %w", ErrOption)
	}
	if err != nil {
		return nil, fmt.Errorf("sharding: start daemon %q on %q: %w", name, m.System().Address(), err)
	}
	create := func(id string) actor.Actor[M] {
		worker, _ := strconv.Atoi(id)
		return factory(worker)
	}
	return start(m, name, create, slices.Concat(options, []Option{workers(n)}))
}

func (c *config) checkDaemon(n int) error {
	switch {
	case n < 1:
		return fmt.Errorf("%d workers: there is at least one: %w", n, ErrOption)
	case c.idle > 0 || c.most > 0 || c.store != nil:
		return fmt.Errorf("workers always run, and are not passivated or remembered: %w", ErrOption)
	}
	return nil
}

// workers has a shard for each worker, always.
func workers(n int) Option {
	return option(func(c *config) {
		c.immortal = true
		c.shardOf = func(id string) string { return id }
		c.always = c.workers(n)
	})
}

// workers returns the shards of n workers; none if this is no daemon.
func (c *config) workers(n int) (shards []string) {
	if !c.immortal {
		return nil
	}
	for i := range n {
		shards = append(shards, strconv.Itoa(i))
	}
	return shards
}
