package contests

import (
	"maps"

	"github.com/7aca83c2/multinode/bench/internal/child"
	"github.com/7aca83c2/multinode/bench/internal/contest"
	"github.com/7aca83c2/multinode/bench/remote"
	"github.com/7aca83c2/multinode/bench/ring"
)

// All returns the contests in the order of the table.
func All() []contest.Contest {
	return []contest.Contest{Actors(), Broker(), Remote()}
}

// Parts returns what the processes that take part can be.
func Parts() child.Parts {
	all := child.Parts{}
	for _, parts := range []child.Parts{ring.Parts, remote.Parts} {
		maps.Copy(all, parts)
	}
	return all
}
