package cast

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
)

// lingering is a stage whose processes do not end.
type lingering struct{ stage.Director }

func (lingering) Process(ctx context.Context, _ string, _ stage.Deed) error {
	<-ctx.Done()
	return context.Cause(ctx)
}

func TestAProcessThatIsNotWaitedForAsTheRunEndsIsNoFailure(t *testing.T) {
	slow := errors.New("too slow")
	for cause, want := range map[error]bool{ErrRunEnds: false, slow: true} {
		c := New(lingering{}, []string{"a"}, true, nil)
		c.set("a", Stopped)
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Millisecond, cause)
		defer cancel()
		if err := c.RetireAll(ctx); (err != nil) != want {
			t.Errorf("%v: %v", cause, err)
		}
	}
}
