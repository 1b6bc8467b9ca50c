package timing_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/internal/timing"
)

func TestWaitEndsWithWhatItWaitsFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		condition, busy := sync.NewCond(&mu), true
		time.AfterFunc(time.Second, func() {
			mu.Lock()
			defer mu.Unlock()
			busy = false
			condition.Broadcast()
		})
		mu.Lock()
		defer mu.Unlock()
		if err := timing.Wait(t.Context(), condition, func() bool { return busy }); err != nil || busy {
			t.Errorf("busy: %v, error: %v", busy, err)
		}
	})
}

func TestWaitEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		late := errors.New("late")
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Second, late)
		defer cancel()
		var mu sync.Mutex
		mu.Lock()
		defer mu.Unlock()
		condition := sync.NewCond(&mu)
		if err := timing.Wait(ctx, condition, func() bool { return true }); err != late {
			t.Errorf("error: %v", err)
		}
		if err := timing.Wait(ctx, condition, func() bool { return false }); err != nil {
			t.Errorf("nothing to wait for, and yet: %v", err)
		}
	})
}
