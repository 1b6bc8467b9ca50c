package actor_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/actor"
)

// family spawns "p" with the children "c1" and "c2".
func family(t *testing.T, tr *trace, sys *actor.System) actor.Ref[string] {
	p := hooked{trace: tr, name: "p", start: func(ctx *actor.Context[string]) error {
		for _, name := range []string{"c1", "c2"} {
			hooked{trace: &trace{}, name: name}.spawn(t, ctx)
		}
		if got := ctx.Children(); len(got) != 2 || got[0].Path() != "/p/c1" || got[1].Path() != "/p/c2" {
			t.Error("children:", got)
		}
		return nil
	}}
	ref := p.spawn(t, sys)
	tr.expect(t, "p starts")
	return ref
}

func TestStopEndsChildrenFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tr trace
		sys := newSystem(t)
		p := hooked{trace: &tr, name: "p", start: func(ctx *actor.Context[string]) error {
			hooked{trace: &tr, name: "c"}.spawn(t, ctx)
			return nil
		}}
		ref := p.spawn(t, sys)
		tr.expect(t, "p starts", "c starts")
		if got := sys.Actors(); len(got) != 2 || got[0] != actor.AnyRef(ref) || got[1].String() != "/p/c" {
			t.Fatal(got)
		}
		stop(t, sys)
		tr.expect(t, "c stopped", "p stopped")
		stop(t, sys)
		if _, err := actor.SpawnFunc(sys, "late", ignore); !errors.Is(err, actor.ErrStopped) ||
			err.Error() != `actor: spawn "/late": system stopped` {
			t.Fatal(err)
		}
		if err := ref.Send("late"); !errors.Is(err, actor.ErrDead) {
			t.Fatal(err)
		}
	})
}

func TestStopSaysWhoStillRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, a, _ := pair(t)
		x := spawnAs(t, a, "x", func(*actor.Context[int], int) error { time.Sleep(time.Hour); return nil })
		spawnAs(t, a, "y", ignore)
		x.Tell(1)
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		err := a.Stop(ctx)
		const want = `actor: stop "a": 1 still running: /x: context deadline exceeded`
		if !errors.Is(err, context.DeadlineExceeded) || err.Error() != want {
			t.Fatalf("got %v, want %s", err, want)
		}
		stop(t, a) // an hour later
	})
}

func TestStopSelfAndChild(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tr trace
		sys := newSystem(t)
		stranger := spawnAs(t, sys, "stranger", ignore)
		p := hooked{trace: &tr, name: "p", do: func(ctx *actor.Context[string], m string) error {
			switch m {
			case "child":
				tr.add("%v", ctx.StopChild(stranger))
				if err := ctx.StopChild(ctx.Children()[0]); err != nil {
					t.Error(err)
				}
			case "self":
				ctx.StopSelf()
			}
			return nil
		}}
		p.start = func(ctx *actor.Context[string]) error {
			hooked{trace: &tr, name: "c"}.spawn(t, ctx)
			return nil
		}
		ref := p.spawn(t, sys)
		tr.expect(t, "p starts", "c starts")
		ref.Tell("child")
		tr.expect(t, "p got child", `actor: "/p": stop "/stranger": not a child`, "c stopped")
		ref.Tell("self")
		ref.Tell("never read")
		tr.expect(t, "p got self", "p stopped")
	})
}

func TestStopActor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tr trace
		_, a, b := pair(t)
		p := family(t, &tr, a)
		if err := b.StopActor(t.Context(), p); err == nil || err.Error() != `actor: stop "a/p": actor of another system` {
			t.Fatal(err)
		}
		for range 2 {
			end(t, a, p)
		}
		tr.expect(t, "p stopped")
		if left := a.Actors(); len(left) != 0 {
			t.Fatal(left)
		}
		spawnAs(t, a, "p", ignore) // the name is free again
	})
}

func TestKill(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tr trace
		_, a, b := pair(t)
		spawnAs(t, b, "heard", func(_ *actor.Context[string], m string) error { tr.add("b heard %s", m); return nil })
		toB := actor.RefAt[string](a, "b", "/heard")
		other := hooked{trace: &tr, name: "other"}.spawn(t, a)
		tr.expect(t, "other starts")
		x := hooked{trace: &tr, name: "x"}
		x.start = func(ctx *actor.Context[string]) error {
			ctx.Every("tick", time.Second, "tick")
			return nil
		}
		x.do = func(ctx *actor.Context[string], m string) error {
			if m == "suicide" {
				toB.Tell("before")
				ctx.System().Kill()
				toB.Tell("after")
				other.Tell("after")
				ctx.After("k", time.Second, "late")
				if _, err := actor.SpawnFunc(ctx, "child", ignore); !errors.Is(err, actor.ErrStopped) {
					t.Error(err)
				}
			}
			return nil
		}
		ref := x.spawn(t, a)
		tr.expect(t, "x starts")
		ref.Tell("suicide")
		ref.Tell("next")
		time.Sleep(time.Minute)
		// What was on its way when the node crashed may or may not arrive.
		tr.mu.Lock()
		if n := len(tr.lines); n == 2 && tr.lines[1] == "b heard before" {
			tr.lines = tr.lines[:1]
		}
		tr.mu.Unlock()
		tr.expect(t, "x got suicide")
		a.Kill()
		stop(t, a)
	})
}

func TestNothingIsLeftBehind(t *testing.T) {
	for name, finish := range map[string]func(*testing.T, *actor.System){
		"stop": stopTwice,
		"kill": func(_ *testing.T, s *actor.System) { s.Kill() },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				_, a, b := pair(t)
				far := actor.RefAt[int](a, "b", "/none yet")
				for range 100 {
					spawn(t, a, func(ctx *actor.Context[int], n int) error {
						ctx.Every("tick", time.Second, n)
						ctx.After("far", time.Hour, n)
						ctx.WatchWith(far, n)
						if n == 3 {
							return errBad
						}
						return nil
					}, actor.OnFailure(actor.Restart{MinBackoff: time.Hour})).Tell(3)
				}
				synctest.Wait()
				finish(t, a)
				finish(t, b)
				synctest.Wait()
				if stacks := bubble(); strings.Contains(stacks, "multinode/actor.") {
					t.Fatal(stacks)
				}
			})
		})
	}
}

func stopTwice(t *testing.T, s *actor.System) { stop(t, s); stop(t, s) }

// bubble returns the stacks of all goroutines but this one.
func bubble() string {
	buf := make([]byte, 1<<20)
	all := string(buf[:runtime.Stack(buf, true)])
	_, others, _ := strings.Cut(all, "\n\n")
	return others
}

func TestIdleActorsHaveNoGoroutine(t *testing.T) {
	sys := newSystem(t)
	before := runtime.NumGoroutine()
	got := make(chan struct{}, 1000)
	for range 1000 {
		spawn(t, sys, func(*actor.Context[int], int) error { got <- struct{}{}; return nil }).Tell(1)
	}
	for range 1000 {
		<-got
	}
	for deadline := time.Now().Add(10 * time.Second); runtime.NumGoroutine() > before; runtime.Gosched() {
		if time.Now().After(deadline) {
			t.Fatalf("%d goroutines before, %d after", before, runtime.NumGoroutine())
		}
	}
}

// A watcher on another node hears of it although the endpoint closes right after.
func TestStopTellsWatchers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tr trace
		_, a, b := pair(t)
		x := spawnAs(t, b, "x", ignore)
		w := watching(t, &tr, a, x)
		w.Tell("watch")
		tr.expect(t, "w got watch")
		stop(t, b)
		tr.expect(t, "w hears b/x stopped")
	})
}
