package bubble

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// Limits say when a Bubble gives up.
type Limits struct {
	// Body bounds a body, by the bubble's clock. Its context ends then; Grace is how long it may go
	// on after that.
	Body, Grace time.Duration
	// Linger bounds, by the bubble's clock, how long goroutines may go on after the last body.
	Linger time.Duration
	// Still is how long, in real time, the clock may take for a tenth of a second.
	Still time.Duration
}

// Bubble is a clock, and the goroutines that go by it.
type Bubble struct {
	limits Limits
	jobs   chan *job     // made outside of the bubble
	ended  chan struct{} // closed when all its goroutines have ended, or never will
	given  chan struct{} // closed when it is given up
	giving sync.Once
	broken error // why it was given up

	// What the root writes and others read when ended is closed.
	name  string
	left  []string
	cause any // what it has panicked with

	beats atomic.Int64 // how often its clock has gone on by a beat
	stuck bool         // a body has not returned; the root's
}

// New returns a Bubble. The test is the one that the suite runs in.
func New(t *testing.T, limits Limits) *Bubble {
	b := &Bubble{limits: limits, jobs: make(chan *job), ended: make(chan struct{}), given: make(chan struct{})}
	go func() {
		defer close(b.ended)
		defer func() { b.cause = recover() }() // of goroutines that are left the root has told
		synctest.Test(t, func(*testing.T) { b.root() })
	}()
	return b
}

// Broken reports whether the Bubble was given up: what runs in it is left alone.
func (b *Bubble) Broken() bool {
	select {
	case <-b.given:
		return true
	default:
		return false
	}
}

// giveUp gives the Bubble up, unless it was before, and returns why it was.
func (b *Bubble) giveUp(why error) error {
	b.giving.Do(func() {
		b.broken = why
		close(b.given)
	})
	return b.broken
}

// Run has the Bubble call body, and returns when that has returned. A panic of the body's goes on in the
// caller, and so does runtime.Goexit; panicked is called first, with the body's stack still there. It returns a
// *StuckError or a *StillError if the body does not return. The context of the body ends when ctx
// has.
func (b *Bubble) Run(ctx context.Context, body func(context.Context), panicked func(any)) error {
	j := &job{b: b, outer: ctx, body: body, onPanic: panicked, done: make(chan struct{})}
	select {
	case b.jobs <- j:
	case <-b.given:
		return b.broken
	case <-b.ended:
		return b.giveUp(fmt.Errorf("its goroutines have ended: %v", b.cause))
	}
	if err := b.await(ctx, j.done); err != nil {
		return err
	}
	switch {
	case j.panicked != nil:
		panic(j.panicked)
	case j.exited:
		runtime.Goexit()
	}
	return j.err
}

// Close ends the Bubble. It returns a *LeftError if goroutines of it do not end, and a *StillError if its clock
// stands still.
func (b *Bubble) Close() error {
	if b.Broken() {
		return nil // it was told
	}
	close(b.jobs)
	if err := b.await(context.Background(), b.ended); err != nil {
		return err
	}
	switch {
	case len(b.left) > 0:
		return &LeftError{b.limits.Linger, b.left}
	case b.cause != nil && !b.stuck:
		return fmt.Errorf("its goroutines have ended: %v", b.cause)
	}
	return nil
}

// root is the bubble's first goroutine.
func (b *Bubble) root() {
	b.name = bubbleOf(header())
	for j := range b.jobs {
		j.run()
	}
	left := b.linger()
	if !b.stuck { // else a body is among them, which was told of
		b.left = left
	}
}

// linger waits for the end of all other goroutines: some end by a timer of theirs. It returns the stacks of
// those that do not.
func (b *Bubble) linger() (left []string) {
	for wait := time.Duration(0); ; wait = max(time.Second, 2*wait) {
		if wait > 0 {
			time.Sleep(wait)
			b.beats.Add(1)
		}
		synctest.Wait()
		if left = b.others(); len(left) == 0 || wait > b.limits.Linger {
			return left
		}
	}
}

// await waits outside, until the channel is closed. It gives the Bubble up if its clock stands still, sooner if
// ctx has ended.
func (b *Bubble) await(ctx context.Context, done <-chan struct{}) error {
	look := time.NewTicker(b.limits.Still)
	defer look.Stop()
	over := ctx.Done()
	for before := b.beats.Load(); ; {
		select {
		case <-done:
			return nil
		case <-over:
			over = nil
			look.Reset(min(b.limits.Still, hurry))
			continue
		case <-look.C:
		}
		now := b.beats.Load()
		if now == before {
			givenUp.Store(b.name, true)
			return b.giveUp(&StillError{context.Cause(ctx), b.limits.Still, restless(b.name)})
		}
		before = now
	}
}

// hurry is Limits.Still once the context of a body has ended.
const hurry = 2 * time.Second

// givenUp has the names of the Bubbles that were given up. No other gets such a name.
var givenUp sync.Map

// GivenUp reports whether the calling goroutine is of a Bubble that was given up.
func GivenUp() bool {
	_, is := givenUp.Load(bubbleOf(header()))
	return is
}

// StuckError says that a body has not returned.
type StuckError struct {
	Why   error  // why its context has ended
	Stack string // the body's
}

// Error returns one line.
func (e *StuckError) Error() string {
	return fmt.Sprintf("it has not returned, although its context has ended: %v", e.Why)
}

// StillError says that a bubble's clock stands still.
type StillError struct {
	Why    error         // why its body was to end; nil if it was not
	For    time.Duration // in real time
	Stacks []string      // of the goroutines that do not wait for others of the bubble, or for its clock
}

// Error returns one line.
func (e *StillError) Error() string {
	if e.Why != nil {
		return fmt.Sprintf("it was to end (%v), and its clock stands still", e.Why)
	}
	return fmt.Sprintf("its clock stands still, and has for %v", e.For)
}

// LeftError says that goroutines are left when the last body has returned.
type LeftError struct {
	After  time.Duration // by the bubble's clock
	Stacks []string
}

// Error returns one line.
func (e *LeftError) Error() string {
	return fmt.Sprintf("%d goroutines are left %v after its end", len(e.Stacks), e.After)
}
