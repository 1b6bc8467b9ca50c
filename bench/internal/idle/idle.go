// Package idle measures what a process needs that does nothing.
package idle

import (
	"context"
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

// CPU returns what this process uses of a CPU while the window passes, and how long that
// took. Garbage of before is collected first. It returns ctx's cause if ctx ends before.
func CPU(ctx context.Context, window time.Duration) (used, took time.Duration, err error) {
	runtime.GC()
	before, err := total()
	if err != nil {
		return 0, 0, err
	}
	began := time.Now()
	if err := Wait(ctx, window); err != nil {
		return 0, 0, err
	}
	after, err := total()
	return after - before, time.Since(began), err
}
