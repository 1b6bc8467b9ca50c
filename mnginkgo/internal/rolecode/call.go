package rolecode

import (
	"context"
	"fmt"
	"runtime/pprof"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/onsi/ginkgo/v2/types"

	"github.com/7aca83c2/multinode/mnginkgo/internal/innards"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
)

// Call is code of a role that runs, in a goroutine of its own.
type Call struct {
	owner  *Owner
	what   string // "in a command"
	number uint64
	since  time.Time
	done   chan struct{}
	ctx    context.Context

	goroutine atomic.Uint64
	failure   atomic.Pointer[stage.Failure] // the first
	told      atomic.Bool                   // that it is stuck
}

// Do runs code and returns its first failure, or nil. The context of the code ends with ctx
// and with Interrupt; if the code does not return within Patience after that, Do returns what
// it is stuck in, and leaves it alone. That is told, too, if the caller may not wait for what Do returns:
// unless tell is nil.
func (o *Owner) Do(ctx context.Context, what string, tell func(stage.Failure), code func(context.Context)) *stage.Failure {
	if o.busy() == 0 {
		o.tellNoted() // of a goroutine that recovered from it, before this
	}
	c, ctx, cancel := o.begin(ctx, what)
	defer cancel()
	go c.run(ctx, code)
	select {
	case <-c.done:
		return c.failure.Load()
	case <-ctx.Done():
	}
	patience := time.NewTimer(Patience)
	defer patience.Stop()
	select {
	case <-c.done:
		return c.failure.Load()
	case <-patience.C:
	}
	f := c.Stuck(context.Cause(ctx))
	if tell != nil && c.Tell() {
		tell(*f)
	}
	return f
}

// Tell reports whether it is to be told that the call is stuck: once is enough.
func (c *Call) Tell() bool { return !c.told.Swap(true) }

func (o *Owner) begin(ctx context.Context, what string) (*Call, context.Context, context.CancelFunc) {
	c := &Call{owner: o, what: what, number: lastNumber.Add(1), since: time.Now(), done: make(chan struct{})}
	o.mu.Lock()
	o.calls = append(o.calls, c)
	life := o.ctx
	o.mu.Unlock()
	known.Lock()
	known.calls[c.number] = c
	known.Unlock()
	ctx, cancel := context.WithCancelCause(pprof.WithLabels(ctx, pprof.Labels(labelKey, labelOf(o.number, c.number))))
	stop := context.AfterFunc(life, func() { cancel(context.Cause(life)) })
	c.ctx = ctx
	return c, ctx, func() { stop(); cancel(nil) }
}

func (c *Call) run(ctx context.Context, code func(context.Context)) {
	defer c.end()
	pprof.SetGoroutineLabels(ctx)
	c.enter()
	returned := false
	defer func() { c.ended(returned, recover()) }()
	code(ctx)
	returned = true
}

func (c *Call) enter() {
	c.goroutine.Store(goroutineID())
	known.Lock()
	defer known.Unlock()
	known.running[c.goroutine.Load()] = c
}

func (c *Call) end() {
	known.Lock()
	delete(known.running, c.goroutine.Load())
	delete(known.calls, c.number)
	known.Unlock()
	o := c.owner
	o.mu.Lock()
	defer o.mu.Unlock()
	close(c.done)
	o.calls = slices.DeleteFunc(o.calls, func(other *Call) bool { return other == c })
	if len(o.calls) == 0 && o.empty != nil {
		close(o.empty)
		o.empty = nil
	}
}

// ended notes how the code ended, unless a failed assertion ended it.
func (c *Call) ended(returned bool, panicked any) {
	at, isGinkgo := innards.IsPanic(panicked)
	switch {
	case isGinkgo:
		c.note(c.owner.called(at))
	case panicked != nil:
		f := c.owner.at(panicSite(), fmt.Sprintf("panic: %v", panicked))
		f.Stack = f.Trace
		c.note(f)
	case !returned:
		c.note(c.owner.at(panicSite(), "the code ended its goroutine (runtime.Goexit)"))
	}
	if c.owner.busy() == 1 { // else it may be another's, which will take it
		if f := c.owner.Noted(); f != nil {
			c.note(f)
		}
	}
}

// called returns the failure of code that has called Fail, Skip or AbortSuite.
func (o *Owner) called(at types.CodeLocation) *stage.Failure {
	if o.suite != nil {
		state, f := o.suite.Take(func(f types.Failure) bool { return f.Location == at })
		if state != types.SpecStateInvalid {
			return o.failure(state, f)
		}
	}
	// Ginkgo keeps one failure, and had one already.
	return o.at(at, "Fail, Skip or AbortSuite was called here, when Ginkgo had another failure already and kept that one")
}

// note keeps a failure if it is the first.
func (c *Call) note(f *stage.Failure) {
	f.Early = c.ctx.Err() == nil
	c.failure.CompareAndSwap(nil, f)
}

// String returns what the call does and for how long.
func (c *Call) String() string {
	return fmt.Sprintf("%s for %v", c.what, time.Since(c.since).Round(time.Millisecond))
}

// Stuck says that the call does not end although its context has, for that reason, which may
// be nil, and shows where it is. What has failed in it before comes first.
func (c *Call) Stuck(why error) *stage.Failure {
	text := fmt.Sprintf("still %s: code on a role must end with its context", c)
	if why != nil {
		text += ", which has ended: " + why.Error()
	}
	stack := stackOf(c.goroutine.Load())
	frames := withoutHarness(framesOf(stack))
	f := c.owner.at(userSite(frames), text)
	f.Kind, f.Stack, f.Trace = stage.Stuck, textOf(frames), stack
	if failure := c.failure.Load(); failure != nil {
		f.Message = strings.TrimSpace(failure.Message) + "\nand then: " + f.Message
	}
	return f
}
