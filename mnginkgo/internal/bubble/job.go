package bubble

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"
)

// job is a body that is to run.
type job struct {
	b       *Bubble
	outer   context.Context
	body    func(context.Context)
	onPanic func(any)
	done    chan struct{} // made outside of the bubble

	goroutine atomic.Uint64 // that runs it

	// What the bubble writes before it closes done.
	panicked any
	exited   bool // by runtime.Goexit
	err      error
}

var errReturned = errors.New("the node of the spec has returned")

// run runs the body, in the bubble, and returns when it has returned or is given up.
func (j *job) run() {
	defer close(j.done)
	ctx, cancel := context.WithCancelCause(context.WithoutCancel(j.outer))
	defer cancel(errReturned)
	returned := make(chan struct{})
	go j.perform(ctx, returned)
	j.err = j.watch(cancel, returned)
}

// Performs reports whether a function of that name runs bodies: it is the first of their goroutines.
func Performs(function string) bool {
	return strings.HasSuffix(function, "/internal/bubble.(*job).perform")
}

func (j *job) perform(ctx context.Context, returned chan<- struct{}) {
	defer close(returned)
	j.goroutine.Store(goroutineOf(header()))
	finished := false
	defer func() {
		if j.panicked = recover(); j.panicked != nil {
			j.onPanic(j.panicked)
		}
		j.exited = j.panicked == nil && !finished
	}()
	j.body(ctx)
	finished = true
}

// stack returns the stack of the body, which has not returned.
func (j *job) stack() string {
	return strings.Join(stacks(func(header string) bool { return goroutineOf(header) == j.goroutine.Load() }), "")
}

// beat is how often a bubble looks at what is outside: nothing from there can wake it. It is a little more than a
// tenth of a second, so that no timer of a spec's is set to the same instant.
const beat = 100*time.Millisecond + 7

// watch waits for the end of a body. It ends the body's context when its time is over, or Ginkgo's.
func (j *job) watch(cancel context.CancelCauseFunc, returned <-chan struct{}) error {
	ticker := time.NewTicker(beat)
	defer ticker.Stop()
	limits := j.b.limits
	var why error
	for until := time.Now().Add(limits.Body); ; {
		select {
		case <-returned:
			return nil
		case now := <-ticker.C:
			j.b.beats.Add(1)
			switch over := now.After(until); {
			case why != nil && over:
				j.b.stuck = true
				return &StuckError{why, j.stack()}
			case why != nil:
				continue
			case j.outer.Err() != nil:
				why = context.Cause(j.outer)
			case over:
				why = fmt.Errorf("it has gone on for %v of virtual time, the virtual-limit", limits.Body)
			default:
				continue
			}
			cancel(why)
			until = now.Add(limits.Grace)
		}
	}
}
