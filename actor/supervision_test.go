package actor_test

import (
	"errors"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/actor"
)

var errBad = errors.New("bad")

// fail fails as the message says.
func fail(_ *actor.Context[string], m string) error {
	switch m {
	case "error":
		return errBad
	case "panic":
		panic("boom")
	case "goexit":
		runtime.Goexit()
	}
	return nil
}

func TestStrategies(t *testing.T) {
	for _, failure := range []struct{ message, cause string }{
		{"error", "bad"},
		{"panic", "panic: boom"},
		{"goexit", "handler called runtime.Goexit"},
	} {
		t.Run(failure.message, func(t *testing.T) {
			for name, want := range map[string]struct {
				strategy actor.Strategy
				trace    []string
			}{
				"resume":  {actor.Resume{}, []string{"x got next"}},
				"restart": {actor.Restart{}, []string{"x restarts: " + failure.cause, "x starts", "x got next"}},
				"stop":    {actor.Stop{}, []string{"x stopped"}},
				"decide": {
					actor.Decide(func(error) actor.Strategy { return actor.Resume{} }),
					[]string{"x got next"},
				},
				"decide nothing":  {actor.Decide(func(error) actor.Strategy { return nil }), []string{"x stopped"}},
				"escalate to top": {actor.Escalate{}, []string{"x stopped"}},
			} {
				t.Run(name, func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) {
						var tr trace
						sys := newSystem(t)
						ref := hooked{trace: &tr, name: "x", do: fail}.spawn(t, sys, actor.OnFailure(want.strategy))
						ref.Tell(failure.message)
						ref.Tell("next")
						tr.expect(t, append([]string{"x starts", "x got " + failure.message}, want.trace...)...)
					})
				})
			}
		})
	}
}

func TestFailureIsPublished(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tr trace
		sys := newSystem(t)
		actor.Subscribe(sys, func(f actor.Failure) {
			var p *actor.PanicError
			tr.add("%s: %v %T, stack %t", f.Actor, f.Err, f.Strategy, errors.As(f.Err, &p) && len(p.Stack) > 0)
		})
		spawnAs(t, sys, "x", fail, actor.OnFailure(actor.Stop{})).Tell("panic")
		tr.expect(t, "/x: panic: boom actor.Stop, stack true")
	})
}

func TestEscalate(t *testing.T) {
	for name, want := range map[string]struct {
		parent actor.Strategy
		trace  []string
	}{
		"resume": {actor.Resume{}, []string{"c got next"}},
		"restart": {actor.Restart{}, []string{
			`p restarts: child "c": bad`, "c stopped", "p starts", "c starts",
		}},
		"stop":     {actor.Stop{}, []string{"c stopped", "p stopped"}},
		"escalate": {actor.Escalate{}, []string{"c stopped", "p stopped"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var tr trace
				sys := newSystem(t)
				var child actor.Ref[string]
				p := hooked{trace: &tr, name: "p", start: func(ctx *actor.Context[string]) error {
					child = hooked{trace: &tr, name: "c", do: fail}.spawn(t, ctx, actor.OnFailure(actor.Escalate{}))
					return nil
				}}
				p.spawn(t, sys, actor.OnFailure(want.parent))
				synctest.Wait()
				child.Tell("error")
				child.Tell("next")
				tr.expect(t, append([]string{"p starts", "c starts", "c got error"}, want.trace...)...)
			})
		})
	}
}

func TestRestartEndsChildrenTimersAndWatches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tr trace
		sys := newSystem(t)
		other := spawnAs(t, sys, "other", ignore)
		starts := 0
		x := hooked{trace: &tr, name: "x", do: fail, start: func(ctx *actor.Context[string]) error {
			if starts++; starts == 1 {
				hooked{trace: &tr, name: "child"}.spawn(t, ctx)
				ctx.After("late", time.Second, "late")
				ctx.Every("tick", time.Second, "tick")
				ctx.Watch(other)
			}
			return nil
		}}
		ref := x.spawn(t, sys)
		tr.expect(t, "x starts", "child starts")
		ref.Tell("error")
		ref.Tell("kept")
		tr.expect(t, "x got error", "x restarts: bad", "child stopped", "x starts", "x got kept")
		if err := sys.StopActor(t.Context(), other); err != nil {
			t.Fatal(err)
		}
		time.Sleep(5 * time.Second)
		tr.expect(t)
	})
}

func TestBackoff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tr trace
		sys := newSystem(t)
		began := time.Now()
		x := hooked{trace: &trace{}, name: "x", do: fail, start: func(*actor.Context[string]) error {
			tr.add("%v", time.Since(began))
			return nil
		}}
		ref := x.spawn(t, sys, actor.OnFailure(actor.Restart{
			MinBackoff: 100 * time.Millisecond, MaxBackoff: 300 * time.Millisecond, ResetAfter: time.Second,
			MaxRestarts: -1,
		}))
		for range 4 { // waits 100, 200, 300, 300 ms
			ref.Tell("error")
		}
		time.Sleep(10 * time.Second)
		tr.expect(t, "0s", "100ms", "300ms", "600ms", "900ms")
		ref.Tell("error") // a second and more without a failure: 100 ms again
		time.Sleep(time.Second)
		tr.expect(t, "10.1s")
	})
}

func TestRestartLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tr trace
		sys := newSystem(t)
		ref := hooked{trace: &tr, name: "x", do: fail}.spawn(t, sys,
			actor.OnFailure(actor.Restart{MaxRestarts: 2, Within: time.Minute}))
		tr.expect(t, "x starts")
		restarted := []string{"x got error", "x restarts: bad", "x starts"}
		for range 5 { // never three a minute
			ref.Tell("error")
			tr.expect(t, restarted...)
			time.Sleep(31 * time.Second)
		}
		ref.Tell("error")
		tr.expect(t, restarted...)
		ref.Tell("error")
		tr.expect(t, "x got error", "x stopped")
	})
}

func TestPreStartFails(t *testing.T) {
	for name, want := range map[string]struct {
		strategy actor.Strategy
		trace    []string
	}{
		"restart":  {actor.Restart{MaxRestarts: 2}, []string{"x starts", "x restarts: bad", "x starts", "x restarts: bad", "x starts", "x stopped"}},
		"resume":   {actor.Resume{}, []string{"x starts", "x stopped"}},
		"escalate": {actor.Escalate{}, []string{"x starts", "x stopped"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var tr trace
				sys := newSystem(t)
				began := time.Now()
				x := hooked{trace: &tr, name: "x", start: func(*actor.Context[string]) error { return errBad }}
				ref := x.spawn(t, sys, actor.OnFailure(want.strategy))
				if err := sys.AwaitEnd(t.Context(), ref); err != nil {
					t.Fatal(err)
				}
				tr.expect(t, want.trace...)
				if restarts := (len(want.trace) - 2) / 2; time.Since(began) != time.Duration(restarts)*10*time.Millisecond {
					t.Fatal("took", time.Since(began))
				}
			})
		})
	}
}

func TestStopDuringBackoff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tr trace
		sys := newSystem(t)
		ref := hooked{trace: &tr, name: "x", do: fail}.spawn(t, sys, actor.OnFailure(actor.Restart{MinBackoff: time.Hour}))
		ref.Tell("error")
		tr.expect(t, "x starts", "x got error", "x restarts: bad")
		if err := sys.StopActor(t.Context(), ref); err != nil {
			t.Fatal(err)
		}
		tr.expect(t)
	})
}

func TestHooksThatPanicDoNotMatter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tr trace
		sys := newSystem(t)
		ref, err := actor.Spawn(sys, "x", func() actor.Actor[string] { return &clumsy{&tr} })
		if err != nil {
			t.Fatal(err)
		}
		ref.Tell("error")
		ref.Tell("next")
		tr.expect(t, "stop", "next")
		stop(t, sys)
		tr.expect(t, "stop")
	})
}

// clumsy has no PreRestart: its PostStop is called instead.
type clumsy struct{ *trace }

func (c *clumsy) Receive(_ *actor.Context[string], m string) error {
	if m == "error" {
		return errBad
	}
	c.add("%s", m)
	return nil
}

func (c *clumsy) PostStop(*actor.Context[string]) { c.add("stop"); panic("clumsy") }

// A child whose PreStart failed cannot go on when its parent resumes.
func TestResumeOfChildThatDidNotStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tr trace
		sys := newSystem(t)
		hooked{trace: &tr, name: "p", start: func(ctx *actor.Context[string]) error {
			hooked{trace: &tr, name: "c", start: func(*actor.Context[string]) error { return errBad }}.
				spawn(t, ctx, actor.OnFailure(actor.Escalate{}))
			return nil
		}}.spawn(t, sys, actor.OnFailure(actor.Resume{}))
		tr.expect(t, "p starts", "c starts", "c stopped")
	})
}
