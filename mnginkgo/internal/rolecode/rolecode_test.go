package rolecode

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
)

// heard keeps what it is told, and lets wait for that.
type heard struct {
	one chan stage.Failure
}

func listen() *heard { return &heard{one: make(chan stage.Failure, 10)} }

func (h *heard) hear(f stage.Failure) { h.one <- f }

// owner returns an Owner whose failures outside of calls are heard, with our fail handler in
// place.
func owner(t *testing.T, role string) (*Owner, *heard) {
	t.Helper()
	if handlers.before == nil {
		gomega.RegisterFailHandler(func(message string, _ ...int) { panic("the spec fails: " + message) })
	}
	TakeOverFailures()
	h := listen()
	o := NewOwner(role, "a spec", nil, false, h.hear)
	t.Cleanup(o.Close)
	return o, h
}

func fail(what string) { gomega.Expect(what).To(gomega.BeEmpty()) }

// deep calls code in a goroutine of a goroutine of a goroutine, and waits for it.
func deep(code func()) {
	done := make(chan struct{})
	go func() {
		go func() {
			go func() {
				defer close(done)
				code()
			}()
		}()
	}()
	<-done
}

func TestWhatFailsInACallIsTheCalls(t *testing.T) {
	o, _ := owner(t, "b")
	for name, c := range map[string]struct {
		code    func(context.Context)
		message string
	}{
		"an assertion":                       {func(context.Context) { fail("cheese") }, "cheese"},
		"one in a goroutine of its":          {func(context.Context) { deep(func() { fail("cheese") }) }, "cheese"},
		"a panic":                            {func(context.Context) { panic("cheese") }, "panic: cheese"},
		"an end of its goroutine":            {func(context.Context) { runtime.Goexit() }, "ended its goroutine"},
		"the first of two":                   {func(context.Context) { deep(func() { fail("cheese") }); panic("wine") }, "cheese"},
		"a panic in a function of a library": {func(context.Context) { _ = strings.Repeat("x", -1) }, "negative Repeat count"},
	} {
		f := o.Do(t.Context(), "testing", nil, c.code)
		switch {
		case f == nil:
			t.Errorf("%s: nothing has failed", name)
		case !strings.Contains(f.Message, c.message) || f.Role != "b" || !strings.HasSuffix(f.File, "rolecode_test.go"):
			t.Errorf("%s: got %v", name, f)
		}
	}
	if f := o.Do(t.Context(), "testing", nil, func(context.Context) {}); f != nil {
		t.Errorf("got %v of code without a fault", f)
	}
}

func TestWhatFailsBehindACallIsTheOwners(t *testing.T) {
	o, h := owner(t, "b")
	other, _ := owner(t, "a")
	goOn := make(chan struct{})
	f := o.Do(t.Context(), "testing", nil, func(context.Context) {
		go func() {
			<-goOn
			deep(func() { fail("cheese") })
		}()
	})
	if f != nil {
		t.Fatal(f)
	}
	if f := other.Do(t.Context(), "testing", nil, func(context.Context) { close(goOn); h.one <- <-h.one }); f != nil {
		t.Errorf("another call has failed of it: %v", f)
	}
	if f := <-h.one; f.Role != "b" || !strings.Contains(f.Message, "cheese") {
		t.Errorf("got %v", f)
	}
}

func TestWhatFailsWhenTheSpecIsOverIsToldToTheRun(t *testing.T) {
	o, _ := owner(t, "b")
	late := listen()
	OnLate(late.hear)
	goOn := make(chan struct{})
	if f := o.Do(t.Context(), "testing", nil, func(context.Context) {
		go func() {
			<-goOn
			fail("cheese")
		}()
	}); f != nil {
		t.Fatal(f)
	}
	o.Close()
	close(goOn)
	if f := <-late.one; !strings.Contains(f.Message, `(in what role b of the spec "a spec" has left running)`) {
		t.Errorf("got %v", f)
	}
}

func TestWhatTheSpecItselfAssertsIsNobodysElse(t *testing.T) {
	o, _ := owner(t, "b")
	busy, end := make(chan struct{}), make(chan struct{})
	go o.Do(t.Context(), "testing", nil, func(context.Context) { close(busy); <-end })
	<-busy
	panicked := make(chan any)
	go func() {
		defer func() { panicked <- recover() }()
		fail("cheese")
	}()
	if text, _ := (<-panicked).(string); !strings.HasPrefix(text, "the spec fails: ") {
		t.Errorf("got %q", text)
	}
	if role, is := OnRole(); is {
		t.Errorf("the test is on role %q", role)
	}
	close(end)
}

func TestAResidentOwnsWhatNobodyStarted(t *testing.T) {
	o, h := owner(t, "b")
	resident.Store(o)
	t.Cleanup(func() { resident.Store(nil) })
	time.AfterFunc(0, func() { fail("cheese") })
	if f := <-h.one; f.Role != "b" {
		t.Errorf("got %v", f)
	}
}

func TestACallThatDoesNotHeedItsContextIsShown(t *testing.T) {
	o, _ := owner(t, "b")
	end := make(chan struct{})
	defer close(end)
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("enough"))
	f := o.Do(ctx, "in a command", nil, func(context.Context) { standStill(end) })
	if f == nil || !strings.Contains(f.Message, "still in a command for 1") || !strings.Contains(f.Message, "which has ended: enough") ||
		!strings.Contains(f.Stack, "standStill") || !strings.HasSuffix(f.File, "rolecode_test.go") {
		t.Errorf("got %v", f)
	}
	if left := o.Left(); left != 1 {
		t.Errorf("%d left running", left)
	}
}

func standStill(end chan struct{}) { <-end }

func TestAnInterruptEndsTheContextsOfCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := NewOwner("b", "a spec", nil, false, func(stage.Failure) {})
		defer o.Close()
		ended := make(chan error, 1)
		go func() {
			_ = o.Do(t.Context(), "testing", nil, func(ctx context.Context) {
				<-ctx.Done()
				ended <- context.Cause(ctx)
			})
		}()
		synctest.Wait()
		if doing := o.Doing(); doing != "testing for 0s" {
			t.Errorf("it is %q", doing)
		}
		o.Interrupt(errors.New("the node leaves"))
		if stuck := o.Wait(t.Context()); len(stuck) > 0 {
			t.Errorf("%v goes on", stuck)
		}
		if err := <-ended; err.Error() != "the node leaves" {
			t.Errorf("got %v", err)
		}
		o.Again()
		if f := o.Do(t.Context(), "testing", nil, func(ctx context.Context) {
			if ctx.Err() != nil {
				panic("interrupted again")
			}
		}); f != nil {
			t.Error(f)
		}
		if doing := o.Doing(); doing != "idle" {
			t.Errorf("it is %q", doing)
		}
	})
}

// BenchmarkOnRole compares who asks: the spec's goroutine in a test, which is looked up once.
func BenchmarkOnRole(b *testing.B) {
	o := NewOwner("b", "a spec", nil, false, func(stage.Failure) {})
	defer o.Close()
	b.Run("again", func(b *testing.B) {
		for b.Loop() {
			OnRole()
		}
	})
	b.Run("first", func(b *testing.B) {
		for b.Loop() {
			clear(seen.labels)
			OnRole()
		}
	})
}

// waitsHere waits in the user's code, as far as can be told.
func waitsHere(here chan<- struct{}, until <-chan struct{}) {
	here <- struct{}{}
	<-until
}

func TestGoroutinesOfARoleAreFound(t *testing.T) {
	o := NewOwner("a", "a spec", nil, false, func(stage.Failure) {})
	other := NewOwner("b", "a spec", nil, false, func(stage.Failure) {})
	here, until := make(chan struct{}), make(chan struct{})
	var all sync.WaitGroup
	all.Go(func() {
		if f := o.Do(t.Context(), "waiting", nil, func(context.Context) {
			all.Go(func() { waitsHere(here, until) })
			waitsHere(here, until)
		}); f != nil {
			t.Error(f)
		}
	})
	<-here
	<-here
	at := func(all []stage.Goroutines) (count int) {
		for _, g := range all {
			if strings.HasPrefix(g.Stack, module+"mnginkgo/internal/rolecode.waitsHere(") {
				count += g.Count
			}
		}
		return count
	}
	if got := o.Goroutines(); at(got) != 2 {
		t.Errorf("of the role there are %+v", got)
	}
	if got := at(other.Goroutines()) + at(Others()); got != 0 {
		t.Errorf("%d are said to be others'", got)
	}
	close(until)
	all.Wait()
	if got := at(o.Goroutines()); got != 0 {
		t.Errorf("%d are left", got)
	}
}
