package bubble_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/7aca83c2/multinode/mnginkgo/internal/bubble"
)

var limits = bubble.Limits{Body: time.Hour, Grace: time.Minute, Linger: time.Minute, Still: 100 * time.Millisecond}

func run(t *testing.T, b *bubble.Bubble, body func(context.Context)) error {
	t.Helper()
	return b.Run(t.Context(), body, func(any) {})
}

func TestHoursPassInNoTime(t *testing.T) {
	b := bubble.New(t, limits)
	var first, second, third time.Time
	began := time.Now()
	if err := run(t, b, func(context.Context) { first = time.Now(); time.Sleep(50 * time.Minute); second = time.Now() }); err != nil {
		t.Fatal(err)
	}
	time.Sleep(time.Millisecond) // between two bodies, the clock stands
	if err := run(t, b, func(context.Context) { third = time.Now() }); err != nil {
		t.Fatal(err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if second.Sub(first) != 50*time.Minute || !third.Equal(second) {
		t.Errorf("the clock went from %v to %v, and stood at %v", first, second, third)
	}
	if real := time.Since(began); real > 30*time.Second {
		t.Errorf("50 minutes took %v", real)
	}
}

func TestABodyThatWaitsForEver(t *testing.T) {
	b := bubble.New(t, limits)
	err := run(t, b, waitForEver)
	var stuck *bubble.StuckError
	if !errors.As(err, &stuck) || !strings.Contains(stuck.Stack, "waitForEver") || !strings.Contains(err.Error(), "1h0m0s of virtual time") {
		t.Fatalf("got %v", err)
	}
	if err := run(t, b, func(context.Context) {}); err != nil {
		t.Errorf("the next body: %v", err)
	}
	if err := b.Close(); err != nil {
		t.Errorf("that it is left was told of, and is again: %v", err)
	}
}

func waitForEver(context.Context) { <-make(chan int) }

func TestAContextEndsABody(t *testing.T) {
	why := errors.New("the run is over")
	ctx, cancel := context.WithCancelCause(t.Context())
	b := bubble.New(t, limits)
	var cause error
	err := b.Run(ctx, func(ctx context.Context) {
		cancel(why)
		<-ctx.Done()
		cause = context.Cause(ctx)
	}, func(any) {})
	if err != nil || !errors.Is(cause, why) {
		t.Errorf("the body's context ended with %v, and Run returned %v", cause, err)
	}
	if err := b.Close(); err != nil {
		t.Error(err)
	}
}

func TestAGoroutineThatIsLeft(t *testing.T) {
	b := bubble.New(t, limits)
	if err := run(t, b, func(ctx context.Context) { go waitForEver(ctx) }); err != nil {
		t.Fatal(err)
	}
	var left *bubble.LeftError
	if err := b.Close(); !errors.As(err, &left) || len(left.Stacks) != 1 || !strings.Contains(left.Stacks[0], "waitForEver") {
		t.Fatalf("got %v", err)
	}
}

func TestAGoroutineMayEndByItsOwnTimer(t *testing.T) {
	b := bubble.New(t, limits)
	if err := run(t, b, func(context.Context) { go time.Sleep(30 * time.Second) }); err != nil {
		t.Fatal(err)
	}
	if err := b.Close(); err != nil {
		t.Error(err)
	}
}

func TestAClockThatStandsStill(t *testing.T) {
	outside := make(chan int)
	stop := make(chan int)
	defer close(stop)
	for name, body := range map[string]func(context.Context){
		"waitOutside": func(context.Context) { waitFor(outside) },
		"spin":        func(context.Context) { spinUntil(stop) },
	} {
		t.Run(name, func(t *testing.T) {
			b := bubble.New(t, limits)
			err := run(t, b, body)
			var still *bubble.StillError
			if !errors.As(err, &still) || !b.Broken() {
				t.Fatalf("got %v", err)
			}
			if len(still.Stacks) != 1 || !strings.Contains(still.Stacks[0], "TestAClockThatStandsStill") {
				t.Errorf("named are %q", still.Stacks)
			}
			if again := run(t, b, func(context.Context) {}); !errors.Is(again, err) {
				t.Errorf("the next body: %v", again)
			}
			if err := b.Close(); err != nil {
				t.Errorf("it was told of, and is again: %v", err)
			}
		})
	}
	close(outside)
}

func waitFor(c chan int) { <-c }

func spinUntil(stop chan int) {
	for {
		select {
		case <-stop:
			return
		default:
			runtime.Gosched()
		}
	}
}

func TestAPanicGoesOnInTheCaller(t *testing.T) {
	b := bubble.New(t, limits)
	var stack string
	func() {
		defer func() {
			if r := recover(); r != "oh" {
				t.Errorf("recovered %v", r)
			}
		}()
		err := b.Run(t.Context(), panics, func(any) {
			buf := make([]byte, 1<<14)
			stack = string(buf[:runtime.Stack(buf, false)])
		})
		t.Errorf("it returned %v", err)
	}()
	if !strings.Contains(stack, "bubble_test.panics") {
		t.Errorf("the stack is %s", stack)
	}
	if err := b.Close(); err != nil {
		t.Error(err)
	}
}

func panics(context.Context) { panic("oh") }

func TestAnExitGoesOnInTheCaller(t *testing.T) {
	b := bubble.New(t, limits)
	returned := make(chan bool)
	go func() {
		finished := false
		defer func() { returned <- finished }()
		_ = b.Run(context.Background(), func(context.Context) { runtime.Goexit() }, func(any) {})
		finished = true
	}()
	if <-returned {
		t.Error("Run has returned")
	}
	if err := b.Close(); err != nil {
		t.Error(err)
	}
}
