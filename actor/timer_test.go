package actor_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/actor"
)

// clock runs in a bubble with an actor that traces what it gets and when, and does f
// when told "go".
func clock(t *testing.T, f func(*actor.Context[string]), then func(tr *trace, ref actor.Ref[string])) {
	synctest.Test(t, func(t *testing.T) {
		var tr trace
		began := time.Now()
		sys := newSystem(t)
		ref := spawn(t, sys, func(ctx *actor.Context[string], m string) error {
			if m == "go" {
				f(ctx)
				return nil
			}
			tr.add("%s %s", m, time.Since(began))
			if m == "slow" && time.Since(began) == time.Second {
				time.Sleep(3500 * time.Millisecond)
			}
			return nil
		})
		ref.Tell("go")
		synctest.Wait()
		then(&tr, ref)
		sys.Kill()
		time.Sleep(time.Minute) // handlers end
	})
}

func TestAfter(t *testing.T) {
	clock(t, func(ctx *actor.Context[string]) { ctx.After("k", time.Second, "m") }, func(tr *trace, _ actor.Ref[string]) {
		time.Sleep(time.Hour)
		tr.expect(t, "m 1s")
	})
}

func TestTimerIsReplacedByKey(t *testing.T) {
	clock(t, func(ctx *actor.Context[string]) {
		ctx.Every("k", time.Second, "old")
		ctx.After("k", 2*time.Second, "new")
		ctx.After("other", time.Second, "other")
	}, func(tr *trace, _ actor.Ref[string]) {
		time.Sleep(time.Hour)
		tr.expect(t, "other 1s", "new 2s")
	})
}

func TestCancelTimer(t *testing.T) {
	clock(t, func(ctx *actor.Context[string]) {
		ctx.Every("k", time.Second, "m")
		ctx.Self().Tell("unused")
		if !ctx.CancelTimer("k") || ctx.CancelTimer("k") || ctx.CancelTimer("none") {
			t.Error("CancelTimer must report whether there was one")
		}
	}, func(tr *trace, _ actor.Ref[string]) {
		time.Sleep(time.Hour)
		tr.expect(t, "unused 0s")
	})
}

func TestEvery(t *testing.T) {
	clock(t, func(ctx *actor.Context[string]) { ctx.Every("k", time.Second, "m") }, func(tr *trace, _ actor.Ref[string]) {
		time.Sleep(3500 * time.Millisecond)
		tr.expect(t, "m 1s", "m 2s", "m 3s")
	})
}

// The first tick takes 3.5 s: those that come meanwhile are one.
func TestTicksDoNotPileUp(t *testing.T) {
	clock(t, func(ctx *actor.Context[string]) { ctx.Every("k", time.Second, "slow") }, func(tr *trace, _ actor.Ref[string]) {
		time.Sleep(5500 * time.Millisecond)
		tr.expect(t, "slow 1s", "slow 4.5s", "slow 5s")
	})
}

// The timer has fired, and its message waits, when it is cancelled.
func TestCancelledTimerDoesNotComeLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tr trace
		ref := spawn(t, newSystem(t), func(ctx *actor.Context[string], m string) error {
			tr.add("%s", m)
			if m == "go" {
				ctx.After("k", time.Second, "late")
				time.Sleep(2 * time.Second)
				ctx.CancelTimer("k")
			}
			return nil
		})
		ref.Tell("go")
		time.Sleep(time.Hour)
		tr.expect(t, "go")
	})
}

func TestEveryNeedsPositiveTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tr trace
		sys := newSystem(t)
		actor.Subscribe(sys, func(f actor.Failure) { tr.add("%v", f.Err) })
		spawn(t, sys, func(ctx *actor.Context[string], m string) error {
			ctx.Every("k", 0, m)
			return nil
		}).Tell("m")
		tr.expect(t, "panic: actor: every 0s: the time must be positive")
	})
}
