package mnginkgo

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
	"github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/mnginkgo/internal/company"
	"github.com/7aca83c2/multinode/mnginkgo/internal/innards"
	"github.com/7aca83c2/multinode/mnginkgo/internal/rolecode"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
)

// runningSuite is Ginkgo's suite of this process, or nil as long as no spec of ours has run, or
// if this Ginkgo is not known.
var runningSuite atomic.Pointer[innards.Suite]

// meetSuite learns which suite runs here.
func meetSuite(ctx context.Context) *innards.Suite {
	if suite, err := innards.SuiteOf(ctx); err == nil {
		runningSuite.Store(suite)
	}
	return runningSuite.Load()
}

// functions begins the names of this package's functions.
const functions = "github.com/7aca83c2/multinode/mnginkgo."

// outside returns how far up the stack, from its caller, the code is that has called this package.
func outside() (skip int) {
	stack := make([]uintptr, 64)
	frames := runtime.CallersFrames(stack[:runtime.Callers(2, stack)])
	for {
		frame, more := frames.Next()
		if !more || !strings.HasPrefix(frame.Function, functions) {
			return skip
		}
		skip++
	}
}

// failHere fails the code that has called this package, on a role or in the spec's process, at its
// line. It goes through Gomega's handler, so that InterceptGomegaFailure sees it.
func failHere(message string) { innards.FailHandler()(message, outside()) }

// failAt fails the spec that runs here at a place that need not be the caller's: where code
// on a role has failed. A fail handler of the user's own is told the message alone.
func failAt(state types.SpecState, message string, at types.CodeLocation) {
	suite := runningSuite.Load()
	if suite == nil || at.FileName == "" || !rolecode.ReachesGinkgo() {
		failHere(message)
	}
	suite.Note(state, message, at)
	panic(innards.FailPanic(at))
}

// failWith fails the spec because of an error. The place is that of the first failure of a
// role in it that counts, and otherwise the one that is given.
func failWith(err error, otherwise types.CodeLocation) {
	at := otherwise
	if f := stage.Worst(err); f != nil {
		if f.Kind == stage.Race {
			f.File, f.Line = rolecode.RaceSite(f.Message)
		}
		if f.File != "" {
			at = types.CodeLocation{FileName: f.File, LineNumber: f.Line, FullStackTrace: f.Trace}
		}
	}
	failAt(stateOf(err), err.Error(), at)
}

// stateOf returns what an error makes of a spec.
func stateOf(err error) types.SpecState {
	switch stage.KindOf(err) {
	case stage.Abort:
		return types.SpecStateAborted
	case stage.Skip:
		return types.SpecStateSkipped
	}
	return types.SpecStateFailed
}

// failures joins what has failed on roles into an error, each once, or returns nil. A report
// of the race detector says more than that there is one.
func failures(all []stage.Failure) error {
	reported := map[int]bool{}
	for _, f := range all {
		reported[f.PID] = reported[f.PID] || f.Kind == stage.Race && strings.Contains(f.Message, "\n")
	}
	var errs []error
	for i := range all {
		f := &all[i]
		if f.Kind == stage.Race && reported[f.PID] && !strings.Contains(f.Message, "\n") {
			continue
		}
		errs = append(errs, f)
	}
	return errors.Join(errs...)
}

// onlyForSpecs is what code on a role is told that has got hold of a *Cluster.
const onlyForSpecs = "a *Cluster is for the spec: take a *Cluster in the body, or call a Command from it"

// misplaced returns an error for code that runs on a role.
func misplaced() error {
	if role, on := rolecode.OnRole(); on {
		return fmt.Errorf("this code runs on role %s; %s", role, onlyForSpecs)
	}
	return nil
}

// owned returns an error for code that must not look at the cluster: it runs on a role, or was
// given none, as what a BeforeEach saves is not there in the other processes.
func (c *Cluster) owned() error {
	if err := misplaced(); err != nil || c != nil {
		return err
	}
	return errors.New("it is nil here; " + onlyForSpecs)
}

// usable returns an error for code that must not use the cluster: as for owned, or because the
// nodes are there no more.
func (c *Cluster) usable() error {
	if err := c.owned(); err != nil {
		return err
	}
	if spec := c.over.Load(); spec != nil {
		return fmt.Errorf("the cluster's spec is over (%q): take the *Cluster as the body's parameter", *spec)
	}
	return nil
}

func (c *Cluster) owner() *Cluster { return c }

// own fails the code that asks for what does not change, unless the cluster is the spec's.
func (c *Cluster) own(method string) {
	if err := c.owned(); err != nil {
		failHere(method + ": " + err.Error())
	}
}

// use fails the code that calls a verb, unless it can use the cluster.
func (c *Cluster) use(method string) {
	if err := c.usable(); err != nil {
		failHere(method + ": " + err.Error())
	}
}

// usableBy is usable for methods and matchers that return errors. They end when the run is out of time,
// also where nobody has given them a context.
func (c *Cluster) usableBy(method string) error {
	if err := c.usable(); err != nil {
		return misuse(method + ": " + err.Error())
	}
	if suite := runningSuite.Load(); suite != nil && suite.OutOfTime() {
		return misuse(method + ": the run is out of time")
	}
	return nil
}

// misuse is the use of a cluster by code that must not use it, or no longer.
type misuse string

// Error returns one line.
func (m misuse) Error() string { return string(m) }

// GomegaString returns what Gomega prints below the error's text.
func (m misuse) GomegaString() string { return "" }

// Unwrap ends an Eventually: no waiting mends it.
func (m misuse) Unwrap() error { return gomega.StopTrying(string(m)) }

const hurry = company.Hurry

// isCutOff reports whether a spec ends because the run does.
func isCutOff(ctx ginkgo.SpecContext) bool {
	if suite := runningSuite.Load(); suite != nil && suite.OutOfTime() {
		return true
	}
	report := ctx.SpecReport()
	return report.State.Is(types.SpecStateInterrupted|types.SpecStateAborted) ||
		report.State == types.SpecStateTimedout && strings.HasPrefix(report.FailureMessage(), "A suite timeout")
}
