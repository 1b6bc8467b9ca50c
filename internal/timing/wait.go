package timing

import (
	"context"
	"sync"
)

// Wait waits on a condition, whose lock is held, while busy; it looks again whenever that is
// told to. It returns the cause of ctx's end if that comes first.
func Wait(ctx context.Context, condition *sync.Cond, busy func() bool) error {
	if !busy() {
		return nil
	}
	defer context.AfterFunc(ctx, func() {
		condition.L.Lock() // or it could come between a look at ctx and Wait
		defer condition.L.Unlock()
		condition.Broadcast()
	})()
	for busy() {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		condition.Wait()
	}
	return nil
}
