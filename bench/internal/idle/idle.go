// Package idle measures what a process needs that does nothing.
package idle

import (
	"context"
	"fmt"
	"runtime"
	"time"
)

// Wait waits for the duration to pass. It returns ctx's cause if ctx ends before.
func Wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Most of a core, over a window, that a quiet process uses, and how long it may take to
// become so.
const (
	quiet       = 0.01
	quietWindow = 100 * time.Millisecond
	quietLimit  = 10 * time.Second
)

// Quiet waits until this process does nothing: what was stopped before may have left
// goroutines that end later. It returns an error if that takes longer than ten seconds, and
// ctx's cause if ctx ends before.
func Quiet(ctx context.Context) error {
	for began := time.Now(); ; {
		used, took, err := CPU(ctx, quietWindow)
		share := used.Seconds() / took.Seconds()
		if err != nil || share < quiet {
			return err
		}
		if time.Since(began) > quietLimit {
			return fmt.Errorf("idle: the process still uses %.1f %% of a core after %s", 100*share, quietLimit)
		}
	}
}

// CPU returns what this process uses of a CPU while the window passes, and how long that
// took. Garbage of before is collected first. It returns ctx's cause if ctx ends before.
func CPU(ctx context.Context, window time.Duration) (used, took time.Duration, err error) {
	runtime.GC()
	before, err := Total()
	if err != nil {
		return 0, 0, err
	}
	began := time.Now()
	if err := Wait(ctx, window); err != nil {
		return 0, 0, err
	}
	after, err := Total()
	return after - before, time.Since(began), err
}
