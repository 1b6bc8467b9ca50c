package sharding_test

import (
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/7aca83c2/multinode/cluster/sharding"
	"github.com/7aca83c2/multinode/transport"
)

// clumsy is an Allocation that panics some times.
type clumsy struct {
	sharding.Allocation
	panics atomic.Int32
}

func (c *clumsy) Allocate(shard string, regions []sharding.Load) transport.Address {
	if c.panics.Add(-1) >= 0 {
		panic("clumsy")
	}
	return c.Allocation.Allocate(shard, regions)
}

func TestCoordinatorThatFailsIsReplaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		c := &clumsy{Allocation: sharding.LeastShards(10)}
		for _, a := range []transport.Address{"a", "b"} {
			l.start(a, sharding.WithAllocation(c))
		}
		l.touch("b", 3)
		c.panics.Store(1)
		l.touch("b", 40)
	})
}
