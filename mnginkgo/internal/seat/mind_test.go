package seat

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestAMindedContextEndsLaterAndElseAsAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cause := errors.New("time is up")
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Second, cause)
		defer cancel()
		began := time.Now()
		minded, over := Mind(ctx, func() { <-time.After(100 * time.Millisecond) })
		defer over()
		if deadline, has := minded.Deadline(); !has || deadline.Sub(began) != time.Second || minded.Err() != nil {
			t.Errorf("the deadline is %v, %v", deadline, minded.Err())
		}
		<-minded.Done()
		if took := time.Since(began); took != 1100*time.Millisecond {
			t.Errorf("it ended after %v", took)
		}
		if !errors.Is(minded.Err(), context.DeadlineExceeded) || !errors.Is(context.Cause(minded), cause) {
			t.Errorf("it ended with %v, %v", minded.Err(), context.Cause(minded))
		}
		early, over := Mind(t.Context(), func() { t.Error("nothing has ended") })
		over()
		if !errors.Is(early.Err(), context.Canceled) {
			t.Errorf("it is %v", early.Err())
		}
	})
}
