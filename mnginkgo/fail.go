package mnginkgo

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync/atomic"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

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

// isCutOff reports whether a spec ends because the run does.
func isCutOff(ctx ginkgo.SpecContext) bool {
	if suite := runningSuite.Load(); suite != nil && suite.OutOfTime() {
		return true
	}
	report := ctx.SpecReport()
	return report.State.Is(types.SpecStateInterrupted|types.SpecStateAborted) ||
		report.State == types.SpecStateTimedout && strings.HasPrefix(report.FailureMessage(), "A suite timeout")
}
