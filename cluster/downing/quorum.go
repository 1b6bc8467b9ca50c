package downing

import (
	"time"

	"github.com/7aca83c2/multinode/cluster"
)

// StaticQuorum returns a policy that keeps the side with at least size members. The
// cluster must not have more than 2*size-1: if the other side may have as many as well,
// a side goes down. It fits clusters of a fixed size.
func StaticQuorum(stableAfter time.Duration, size int, options ...Option) cluster.Downing {
	return newPolicy(stableAfter, func(t tally) bool {
		return len(t.group) >= size && len(t.rest) < size
	}, options)
}
