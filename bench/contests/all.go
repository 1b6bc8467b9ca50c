package contests

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/7aca83c2/multinode/bench/internal/child"
	"github.com/7aca83c2/multinode/bench/internal/contest"
	"github.com/7aca83c2/multinode/bench/remote"
	"github.com/7aca83c2/multinode/bench/ring"
)

// Of returns those contests that are wanted by name, in the order of the table, and a
// function that the caller calls after them. It must run in a folder of the module of the
// benchmarks, whose suites it compiles if one of the contests is about them.
func Of(ctx context.Context, wanted func(name string) bool) (all []contest.Contest, done func() error, err error) {
	all = []contest.Contest{Actors(), Broker(), Remote(), Formation(), Steady(), Crash(), Goodput(), Links(), Recorder()}
	var ends []func() error
	done = func() (err error) {
		for _, end := range ends {
			err = errors.Join(err, end())
		}
		return err
	}
	for _, of := range []struct {
		names []string
		make  func(context.Context) ([]contest.Contest, func() error, error)
	}{{harnessNames, Harness}, {virtualNames, Virtual}} {
		if !slices.ContainsFunc(of.names, wanted) {
			continue
		}
		more, end, err := of.make(ctx)
		if err != nil {
			return nil, nil, errors.Join(err, done())
		}
		all, ends = append(all, more...), append(ends, end)
	}
	all = append(all, Suites())
	return slices.DeleteFunc(all, func(c contest.Contest) bool { return !wanted(c.Name) }), done, nil
}

// Parts returns what the processes that take part can be.
func Parts() child.Parts {
	all := child.Parts{partProtoRemote: serveProtoRemote, partTicking: serveTicking}
	for _, parts := range []child.Parts{ring.Parts, remote.Parts} {
		maps.Copy(all, parts)
	}
	return all
}
