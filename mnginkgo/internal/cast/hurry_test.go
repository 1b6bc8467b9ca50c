package cast

import (
	"context"
	"errors"
	"testing"
	"time"
)

// lingering is a stage whose processes do not end.
type lingering struct{}

// Ask implements stage.Director.
func (lingering) Ask(ctx context.Context, _ string, _ []byte) ([]byte, error) {
	<-ctx.Done()
	return nil, context.Cause(ctx)
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
