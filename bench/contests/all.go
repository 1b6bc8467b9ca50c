package contests

import (
	"github.com/7aca83c2/multinode/bench/internal/contest"
	"github.com/7aca83c2/multinode/bench/ring"
)

// All returns the contests in the order of the table.
func All() []contest.Contest {
	return []contest.Contest{Actors(), Broker()}
}

// Parts are what the processes that take part can be.
var Parts = ring.Parts
