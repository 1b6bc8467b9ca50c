package crowd_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/7aca83c2/multinode/bench/crowd"
	"github.com/7aca83c2/multinode/cluster"
)

func TestCrowd(t *testing.T) {
	for _, n := range []int{1, 3, 12} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			c, err := crowd.Start(t.Context(), n)
			if err != nil {
				t.Fatal(err)
			}
			defer c.Stop()
			if c.Took <= 0 {
				t.Errorf("took %v", c.Took)
			}
			for range 3 {
				if took, err := c.Round(t.Context()); err != nil || took <= 0 || took > 10*time.Second {
					t.Errorf("round: %v, %v", took, err)
				}
			}
			cpu, frames, err := c.Steady(t.Context(), 300*time.Millisecond)
			if err != nil || cpu <= 0 || n > 1 && frames < 1 {
				t.Errorf("steady: %v, %v, %v", cpu, frames, err)
			}
			if got := c.Suspicions(); got != 0 {
				t.Errorf("%d suspicions", got)
			}
			t.Logf("formed in %v; %d frames; %.0f µs and %.1f frames per node and second", c.Took, c.Frames(), 1e6*cpu, frames)
		})
	}
}

func TestStartEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	enough := errors.New("enough")
	cancel(enough)
	if _, err := crowd.Start(ctx, 3); !errors.Is(err, enough) {
		t.Errorf("got %v", err)
	}
}

func TestStartReturnsWhatIsWrong(t *testing.T) {
	if _, err := crowd.Start(t.Context(), 0); err == nil {
		t.Error("no error without a node")
	}
	if _, err := crowd.Start(t.Context(), 3, cluster.WithWatchers(0)); !errors.Is(err, cluster.ErrOption) {
		t.Errorf("got %v", err)
	}
}

func TestACrashIsNoticedByAll(t *testing.T) {
	const patience = 200 * time.Millisecond
	c, err := crowd.Start(t.Context(), 12, cluster.WithDetector(cluster.Deadline(50*time.Millisecond, patience)))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Stop()
	took, err := c.Crash(t.Context())
	if err != nil || took < patience/2 || took > 10*time.Second {
		t.Errorf("took %v, %v", took, err)
	}
	if err := c.Check(); err == nil {
		t.Error("all are well")
	}
	alone, err := crowd.Start(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	defer alone.Stop()
	if _, err := alone.Crash(t.Context()); err == nil {
		t.Error("one node: no error")
	}
}

func TestRoundAndSteadyEndWithTheirContext(t *testing.T) {
	c, err := crowd.Start(t.Context(), 3)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Stop()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Round(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("round: %v", err)
	}
	if _, _, err := c.Steady(ctx, time.Hour); !errors.Is(err, context.Canceled) {
		t.Errorf("steady: %v", err)
	}
	if _, err := c.Crash(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("crash: %v", err)
	}
}
