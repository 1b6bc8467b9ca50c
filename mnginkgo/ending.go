package mnginkgo

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/7aca83c2/multinode/mnginkgo/internal/cast"
	"github.com/7aca83c2/multinode/mnginkgo/internal/rolecode"
	"github.com/7aca83c2/multinode/mnginkgo/internal/seat"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
)

// tearDown ends what is left of the spec, and fails it if something went wrong that it has
// not failed of.
func (c *Cluster) tearDown(ctx ginkgo.SpecContext) {
	c.reportPassed(ctx)
	c.keepPassed(ctx)
	c.noteSpec()
	text := ctx.SpecReport().FullText()
	c.over.Store(&text)
	current.Store(nil)
	c.invariants.end()
	c.mu.Lock()
	for _, cancel := range c.late {
		cancel()
	}
	c.mu.Unlock()
	ending, cancel, err := c.stopInTime(ctx)
	defer cancel()
	c.settleAll(ending)
	err = errors.Join(err, c.cast.RetireAll(ending))
	if err != nil || c.cast.Troubled() { // the processes that can tell are given back next
		c.kept = c.learn(ctx)
	}
	err = errors.Join(err, c.close(ending), c.data.Remove())
	trouble := c.trouble(ctx, true)
	if c.cast.Lost() != nil {
		err = stage.StuckIn(err) // what else went wrong is a consequence
	}
	err = errors.Join(trouble, err)
	if err == nil {
		return
	}
	if report := ctx.SpecReport(); report.Failed() { // of which Ginkgo shows the first failure alone
		ginkgo.AddReportEntry("multinode", report.LeafNodeLocation, ginkgo.ReportEntryVisibilityFailureOrVerbose,
			"when the spec ended\n"+stage.Indent(err.Error(), "  "))
	}
	failEnding(ctx, err)
}

// stopInTime stops the nodes that run. If the run is to end, before or while it does, it gives
// them a moment only. It returns the context in which the rest is to be done.
func (c *Cluster) stopInTime(ctx ginkgo.SpecContext) (context.Context, context.CancelFunc, error) {
	var running []string
	if !isCutOff(ctx) {
		err := c.cast.ResumeAll(ctx)
		running = c.cast.Unstopped()
		err = errors.Join(err, c.stopAll(ctx, running, seat.StopRequest{Failed: ctx.SpecReport().Failed()}))
		if ctx.Err() == nil {
			return ctx, func() {}, err
		}
	}
	hurried, cancel := context.WithTimeoutCause(context.WithoutCancel(ctx), hurry, cast.ErrRunEnds)
	err := c.cast.ResumeAll(hurried)
	if running == nil {
		running = c.cast.Unstopped()
	}
	return hurried, cancel, errors.Join(err, c.stopAll(hurried, running, seat.StopRequest{Hurry: hurry / 4}))
}

// settleAll has the processes of all roles tell what has gone wrong on them.
func (c *Cluster) settleAll(ctx context.Context) {
	for _, role := range c.roles.Names {
		if state := c.cast.State(role); state != cast.NotStarted && state != cast.Paused {
			_, _ = call(ctx, c, role, seat.Settle, seat.Nothing{}) // one without a process has told
		}
	}
	_ = stage.Flush.Tell(ctx, c.stage, stage.Nothing{}) // as well as it can be done
	if races := rolecode.Races() - c.races; races > 0 {
		c.races += races
		c.cast.Trouble(stage.Failure{Role: stage.Everywhere, PID: os.Getpid(), Kind: stage.Race, Message: rolecode.RacesFound(races) +
			" in the process of the spec: see what it has printed"})
	}
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

// checkBites fails the spec if faults that had to have an effect had none.
func (c *Cluster) checkBites(ctx ginkgo.SpecContext) {
	if ctx.SpecReport().Failed() || c.cast.Lost() != nil {
		return // it may not have come to the point
	}
	var lines []string
	for _, f := range c.idle() {
		if f.MustBite {
			lines = append(lines, fmt.Sprintf("%s had no effect: no frame met it while it lasted (at %s)", f.Verb, f.Where))
		}
	}
	if len(lines) > 0 {
		ginkgo.Fail(strings.Join(lines, "\n"))
	}
}

// stopLimit bounds how long the end of a node may take.
func stopLimit(ctx context.Context) (context.Context, context.CancelFunc) {
	return seat.Within(ctx, config.StopTimeout, "stop-timeout")
}
