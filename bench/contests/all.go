package contests

import (
	"context"
	"maps"

	"github.com/7aca83c2/multinode/bench/internal/child"
	"github.com/7aca83c2/multinode/bench/internal/contest"
	"github.com/7aca83c2/multinode/bench/remote"
	"github.com/7aca83c2/multinode/bench/ring"
)

// All returns the contests in the order of the table, and a function that the caller
// calls after them. It must run in a folder of the module of the benchmarks, whose suites
// it compiles.
func All(ctx context.Context) (all []contest.Contest, done func() error, err error) {
	suites, done, err := Harness(ctx)
	if err != nil {
		return nil, nil, err
	}
	all = append(all, Actors(), Broker(), Remote(), Formation(), Steady(), Crash())
	all = append(all, suites...)
	return append(all, Suites()), done, nil
}

// Parts returns what the processes that take part can be.
func Parts() child.Parts {
	all := child.Parts{partProtoRemote: serveProtoRemote}
	for _, parts := range []child.Parts{ring.Parts, remote.Parts} {
		maps.Copy(all, parts)
	}
	return all
}
