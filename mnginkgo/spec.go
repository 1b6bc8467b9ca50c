package mnginkgo

import (
	"context"
	"errors"
	"os"
	"reflect"
	"runtime"
	"slices"
	"strings"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/7aca83c2/multinode/mnginkgo/internal/broker"
	"github.com/7aca83c2/multinode/mnginkgo/internal/cast"
	"github.com/7aca83c2/multinode/mnginkgo/internal/rolecode"
	"github.com/7aca83c2/multinode/mnginkgo/internal/seat"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/chanpair"
)

// setUp boots the nodes of a spec. What it defers runs after everything that the
// spec defers itself.
func setUp(ctx ginkgo.SpecContext, p *plan) {
	ginkgo.GinkgoHelper()
	if suite := meetSuite(ctx); suite != nil && suite.OutOfTime() {
		ginkgo.Skip(outOfTime)
	}
	rolecode.TakeOverFailures()
	insist() // the suite may have set something since
	c := newCluster(ctx, p)
	if p.parallel {
		if err := c.useHosts(ctx); err != nil {
			failAt(types.SpecStateFailed, err.Error(), p.where)
		}
	} else {
		c.useThisProcess()
	}
	c.races = rolecode.Races() // this process may have hosted a role until now
	current = c
	detach := ginkgo.AttachProgressReporter(c.progress)
	ginkgo.DeferCleanup(func(ctx ginkgo.SpecContext) {
		detach()
		c.tearDown(ctx)
	}, p.where)
	ginkgo.DeferCleanup(c.checkBites, p.where)
	ginkgo.DeferCleanup(c.failOfTrouble, p.where) // before the nodes that are left are stopped
	ginkgo.DeferOnFailure(c.report, p.where)
	if roles := p.startsAtOnce(); len(roles) > 0 {
		err := c.actWithBoot(c.cast.Start, roles...)
		if err == nil {
			err = p.checkBooted(c.defaulted.Load())
		}
		if err = c.cast.Cause(err); err != nil {
			failWith(err, p.bootPlace())
		}
		c.done = nil // what follows is the spec's own doing
	}
}

// bootPlace returns where the user's Boot is, or the plan, if it has none.
func (p *plan) bootPlace() types.CodeLocation {
	if p.boot == nil {
		return p.where
	}
	f := runtime.FuncForPC(reflect.ValueOf(p.boot).Pointer())
	if f == nil || strings.HasPrefix(f.Name(), functions) { // what Exec and Program make
		return p.where
	}
	file, line := f.FileLine(f.Entry())
	return types.CodeLocation{FileName: file, LineNumber: line}
}

// functions begins the names of this package's functions.
const functions = "github.com/7aca83c2/multinode/mnginkgo."

// useThisProcess puts all roles on a stage in this process.
func (c *Cluster) useThisProcess() {
	sw := transport.NewSwitch(switchOptions()...)
	st := stage.New(sw, c.plan.barrierTimeout, c.plan.machines(), predicate)
	c.direct(st)
	st.OnFailed(c.cast.Trouble)
	house := rolecode.Beside(runningSuite.Load())
	seats := make([]*seat.Seat, len(c.plan.roles))
	for i, role := range c.plan.roles {
		seats[i] = seat.New(st, chanpair.New(sw), house, script())
		st.SetRunner(role, seats[i])
	}
	c.close = func(ctx context.Context) error {
		defer house.End()
		closed := make(chan error, 1)
		waiting, end := rolecode.Waiting(ctx)
		defer end()
		go func() {
			limited, cancel := stopLimit(waiting)
			defer cancel()
			err := house.CleanUp(limited)
			closed <- errors.Join(err, vacate(ctx, seats), st.Close())
		}()
		select {
		case err := <-closed:
			return err
		case <-ctx.Done():
			return nil // the run is to end, and does not wait for what is stuck
		}
	}
}

// useHosts puts all roles on a stage in the broker, with processes that are leased for the spec.
func (c *Cluster) useHosts(ctx ginkgo.SpecContext) error {
	director, err := self.Begin(ctx, c.plan.request(ctx.SpecReport()))
	if err != nil {
		return err
	}
	c.direct(director)
	c.close = self.End
	self.Hear(broker.Ears{Failed: c.cast.Trouble, Ended: c.cast.Ended})
	return nil
}

func vacate(ctx context.Context, seats []*seat.Seat) (err error) {
	for _, s := range seats {
		_, left := s.Vacate(ctx)
		err = errors.Join(err, left)
	}
	return err
}

// stopLimit bounds how long the end of a node may take.
func stopLimit(ctx context.Context) (context.Context, context.CancelFunc) {
	return seat.Within(ctx, config.StopTimeout, "stop-timeout")
}

// tearDown ends what is left of the spec, and fails it if something went wrong that it has
// not failed of.
func (c *Cluster) tearDown(ctx ginkgo.SpecContext) {
	c.reportIfVerbose(ctx)
	text := ctx.SpecReport().FullText()
	c.over.Store(&text)
	current = nil
	c.mu.Lock()
	for _, cancel := range c.late {
		cancel()
	}
	c.mu.Unlock()
	ending, cancel, err := c.stopInTime(ctx)
	defer cancel()
	c.settleAll(ending)
	err = errors.Join(err, c.cast.RetireAll(ending))
	c.keepAccount(ctx, err)
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
			"when the spec ended\n"+indent(err.Error(), "  "))
	}
	failEnding(ctx, err)
}

// beginSpec has what goes wrong in a spec of an Ordered container fail that one, and not the last,
// with which the nodes end that they share.
func beginSpec(p *plan) {
	ginkgo.DeferCleanup(func(ctx ginkgo.SpecContext) {
		c := current
		if c == nil || isCutOff(ctx) {
			return
		}
		limited, cancel := stopLimit(ctx)
		defer cancel()
		c.settleAll(limited)
		if err := c.trouble(ctx, true); err != nil {
			failEnding(ctx, err)
		}
	}, p.where)
}

// outOfTime says why a spec is not begun.
const outOfTime = "the run was out of time when the spec could begin"

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
	for _, role := range c.plan.roles {
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
