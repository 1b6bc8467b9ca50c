package idle_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/7aca83c2/multinode/bench/internal/idle"
)

func TestCPUCountsWhatIsUsed(t *testing.T) {
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			default:
			}
		}
	}()
	used, took, err := idle.CPU(t.Context(), 200*time.Millisecond)
	close(stop)
	<-stopped
	if err != nil || used < 10*time.Millisecond || took < 200*time.Millisecond {
		t.Errorf("used %v in %v: %v", used, took, err)
	}
}

func TestQuietWaitsForTheEndOfWork(t *testing.T) {
	const busy = 400 * time.Millisecond
	began := time.Now()
	go func() {
		for time.Since(began) < busy {
		}
	}()
	if err := idle.Quiet(t.Context()); err != nil {
		t.Error(err)
	}
	if took := time.Since(began); took < busy {
		t.Errorf("quiet after %v", took)
	}
}

func TestCPUEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if _, _, err := idle.CPU(ctx, time.Hour); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	if err := idle.Quiet(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("quiet: %v", err)
	}
}
