package mnginkgo

import (
	"errors"
	"slices"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
	"github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
)

// anyLoss returns an error that ends an Eventually at once if a process is gone: no
// waiting brings it back.
func (c *Cluster) anyLoss() error {
	if lost := c.cast.Lost(); lost != nil {
		return gomega.StopTrying(lost.Error())
	}
	return nil
}

// trouble returns what went wrong and the spec has not failed of: the loss of a process, or
// what has failed on a role outside of what the spec has called. It returns nil if it was
// told before.
func (c *Cluster) trouble(ctx ginkgo.SpecContext, ending bool) error {
	found := c.cast.Take(ending)
	failed := ctx.SpecReport().Failed()
	found = slices.DeleteFunc(found, func(f stage.Failure) bool { return f.Early && f.Stack == "" && failed })
	err := failures(found)
	if lost := c.cast.Untold(failureOf(ctx)); !isCutOff(ctx) { // processes end with the run, too
		err = errors.Join(lost, err)
	}
	return err
}

// failOfTrouble fails the spec if something went wrong on a role and it has not failed of it.
func (c *Cluster) failOfTrouble(ctx ginkgo.SpecContext) {
	if err := c.trouble(ctx, false); err != nil {
		failEnding(ctx, err)
	}
}

// failEnding fails a spec that ends, a skipped one as well unless the error is nothing but a Skip.
func failEnding(ctx ginkgo.SpecContext, err error) {
	if suite := runningSuite.Load(); suite != nil && stateOf(err) != types.SpecStateSkipped {
		suite.Unskip()
	}
	failWith(err, ctx.SpecReport().LeafNodeLocation)
}
