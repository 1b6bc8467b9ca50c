package seat

import (
	"context"
	"time"
)

// Mind returns a context that ends when ctx does, after before has returned. It has the deadline of ctx, and ends with its
// error; those that are made of it end with context.Canceled. Over ends it, and waits for before if that has begun.
func Mind(ctx context.Context, before func()) (minded context.Context, over func()) {
	late, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		before()
		cancel(context.Cause(ctx))
	})
	return lateContext{late, ctx}, func() {
		if !stop() {
			<-late.Done()
		}
		cancel(nil)
	}
}

// lateContext ends later than another one.
type lateContext struct {
	context.Context
	of context.Context
}

// Deadline implements context.Context.
func (c lateContext) Deadline() (time.Time, bool) { return c.of.Deadline() }

// Err implements context.Context.
func (c lateContext) Err() error {
	if c.Context.Err() != nil && c.of.Err() != nil {
		return c.of.Err()
	}
	return c.Context.Err()
}
