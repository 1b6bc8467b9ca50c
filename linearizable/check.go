package linearizable

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/7aca83c2/multinode/mnginkgo"
)

// What the errors of Check are.
var (
	// ErrNotLinearizable is that no order of the operations explains their outputs.
	ErrNotLinearizable = errors.New("the history is not linearizable")
	// ErrUndecided is that this was not found out in time.
	ErrUndecided = errors.New("nobody knows whether the history is linearizable")
	// ErrEmpty is that no operation has returned, so that there is nothing to find out.
	ErrEmpty = errors.New("no operation of the history has returned")
)

// Check returns nil if there is an order of the operations in which the model gives their outputs, and in which each comes
// before those that were called when it had returned. Otherwise the error wraps ErrNotLinearizable, ErrUndecided or
// ErrEmpty. It gives up after a while of real time, also in virtual time, where the clock stands still as long: setting
// virtual-still is the limit for that.
func (m Model[S, I, O]) Check(h History[I, O], within time.Duration) error {
	all := h.Operations()
	if !slices.ContainsFunc(all, func(o mnginkgo.Operation[I, O]) bool { return o.Outcome == mnginkgo.CallReturned }) {
		return &failure{ErrEmpty, ErrEmpty.Error()}
	}
	parts := m.parts(all)
	results := make([]porcupine.CheckResult, len(parts))
	late := after(within)
	var found atomic.Bool // one is enough
	var looking sync.WaitGroup
	for i, p := range parts {
		looking.Go(func() {
			results[i] = m.decide(p, func() bool { return found.Load() || late() })
			if results[i] == porcupine.Illegal {
				found.Store(true)
			}
		})
	}
	looking.Wait()
	if i := slices.Index(results, porcupine.Illegal); i >= 0 {
		return m.explain(parts[i], after(within))
	}
	if i := slices.Index(results, porcupine.Unknown); i >= 0 {
		return &failure{ErrUndecided, fmt.Sprintf("%v: %s has %d operations, for which %v were too short", ErrUndecided, parts[i], len(parts[i].operations), within)}
	}
	return nil
}

// decide has porcupine look at one key, until it is over.
func (m Model[S, I, O]) decide(p *part, over func() bool) porcupine.CheckResult {
	was := false
	result := porcupine.CheckOperationsTimeout(m.porcupines(func() bool {
		was = was || over()
		return was
	}), p.operations, 0)
	if was && result == porcupine.Illegal {
		return porcupine.Unknown
	}
	return result
}

// after returns a function that says whether so much time has passed since. Package time does not know in virtual time.
func after(within time.Duration) (passed func() bool) {
	end := realTime() + within
	return func() bool { return realTime() > end }
}

// realTime returns the time since 1970.
func realTime() time.Duration {
	var now syscall.Timeval
	_ = syscall.Gettimeofday(&now) // it fails for a nil only
	return time.Duration(now.Sec)*time.Second + time.Duration(now.Usec)*time.Microsecond
}

// failure is an error of Check.
type failure struct {
	kind error
	text string
}

// Error returns the text.
func (f *failure) Error() string { return "linearizable: " + f.text }

// Unwrap returns what kind of error it is.
func (f *failure) Unwrap() error { return f.kind }

// GomegaString returns what Gomega prints below the error's text.
func (f *failure) GomegaString() string { return "" }
