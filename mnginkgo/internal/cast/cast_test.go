package cast

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/7aca83c2/multinode/internal/codec"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
)

// props is a Stage that notes what it is asked. It refuses what begins with refuses.
type props struct {
	mu      sync.Mutex
	asked   []string
	refuses string
}

func (p *props) ask(format string, args ...any) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	what := fmt.Sprintf(format, args...)
	p.asked = append(p.asked, what)
	if p.refuses != "" && strings.HasPrefix(what, p.refuses) {
		return errors.New("refused")
	}
	return nil
}

// Ask implements stage.Director.
func (p *props) Ask(_ context.Context, verb string, argument []byte) ([]byte, error) {
	var err error
	if verb == "process" {
		var deed stage.Deed
		if deed, err = codec.DecodeAs[stage.Deed](argument, nil); err == nil {
			err = p.ask("%s %s", deed.Kind, deed.Role)
		}
	} else {
		var role string
		if role, err = codec.DecodeAs[string](argument, nil); err == nil {
			err = p.ask("%s %s", verb, role)
		}
	}
	if err != nil {
		return nil, err
	}
	return codec.AppendAs(nil, stage.Nothing{})
}

// Boot is one, whose answer is the error.
func (p *props) boot(_ context.Context, life Life) (answered bool, err error) {
	return true, p.ask("boot %s %d %v", life.Role, life.Incarnation, life.Skew)
}

func (p *props) skew(_ context.Context, role string, by time.Duration) error {
	return p.ask("skew %s %v", role, by)
}

// wantAsked compares what was asked since the last time.
func (p *props) wantAsked(t *testing.T, want ...string) {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if slices.Sort(p.asked); !slices.Equal(p.asked, want) { // what is done to all at once has no order
		t.Errorf("asked %q, want %q", p.asked, want)
	}
	p.asked = nil
}

// started returns a cast of a, b and c, that all run, and its stage and notes.
func started(t *testing.T, isolated bool) (*Cast, *props, *[]string) {
	t.Helper()
	p, notes := &props{}, &[]string{}
	c := New(p, []string{"a", "b", "c"}, isolated, func(_ context.Context, verb string) func(error) error {
		*notes = append(*notes, verb)
		return func(err error) error { return err }
	})
	must(t, c.Start(t.Context(), p.boot, "a", "b", "c"))
	p.asked = nil
	return c, p, notes
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Error(err)
	}
}

func wantError(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil || err.Error() != want {
		t.Errorf("error %v\nwant  %s", err, want)
	}
}

func wantState(t *testing.T, c *Cast, want ...State) {
	t.Helper()
	for i, role := range c.roles {
		if got := c.State(role); got != want[i] {
			t.Errorf("%s is %s, want %s", role, got, want[i])
		}
	}
}

func TestRolesComeAndGo(t *testing.T) {
	c, p, notes := started(t, false)
	ctx := t.Context()
	wantState(t, c, Running, Running, Running)
	must(t, c.Crash(ctx, "a"))
	must(t, c.Kill(ctx, "b"))
	p.wantAsked(t, "crash a", "crash b", "desert b")
	must(t, c.Leave(ctx, func(_ context.Context, role string) error { return p.ask("leave %s", role) }, "c"))
	p.wantAsked(t, "desert c", "leave c")
	wantState(t, c, Crashed, Killed, Left)
	must(t, c.SkewClock(ctx, p.skew, "c", time.Second))
	must(t, c.Restart(ctx, p.boot, "a"))
	must(t, c.Start(ctx, p.boot, "b", "c"))
	p.wantAsked(t, "boot a 2 0s", "boot b 2 0s", "boot c 2 1s", "reclaim a", "reclaim b", "reclaim c")
	must(t, c.Restart(ctx, p.boot, "c"))
	p.wantAsked(t, "boot c 3 1s", "crash c", "reclaim c")
	if c.Incarnation("c") != 3 || c.Skew("c") != time.Second {
		t.Errorf("life %d, skew %v", c.Incarnation("c"), c.Skew("c"))
	}
	want := "start(a, b, c); crash(a); kill(b); leave(c); skew clock(c, 1s); restart: start(a); start(b, c); restart: crash(c); restart: start(c)"
	if got := strings.Join(*notes, "; "); got != want {
		t.Errorf("notes %s\nwant  %s", got, want)
	}
}

func TestVerbsRefuseWhatTheyAreNotFor(t *testing.T) {
	c, p, notes := started(t, false)
	ctx := t.Context()
	must(t, c.Crash(ctx, "b"))
	p.asked, *notes = nil, nil
	wantError(t, c.Kill(ctx), "kill needs a role: the roles are a, b, c")
	wantError(t, c.Kill(ctx, "z"), `kill: unknown role "z": the roles are a, b, c`)
	wantError(t, c.Crash(ctx, "a", "a"), `crash: role "a" is named twice`)
	wantError(t, c.Crash(ctx, "b"), `crash: role "b" is crashed; it must be running`)
	wantError(t, c.Start(ctx, p.boot, "b", "a"), `start: role "a" is running; it must be not started or crashed or killed or gone after Leave`)
	wantError(t, c.NeedRunning("b"), "role b is crashed")
	wantError(t, c.SkewClock(ctx, p.skew, "z", time.Hour), `skew clock(z, 1h0m0s): unknown role "z": the roles are a, b, c`)
	wantError(t, c.Pause(ctx, "a"), "pause(a): needs a process for each role alone: MultiNode(Roles(...), Parallel(Isolated()))")
	p.wantAsked(t)
	if len(*notes) > 0 {
		t.Errorf("notes %q", *notes)
	}
	c, p, _ = started(t, true)
	wantError(t, c.Resume(ctx, p.skew, "a"), `resume: role "a" is running; it must be paused`)
	wantError(t, c.Exit(ctx, 256, "a"), "exit(256, a): an exit code is 0 to 255")
}

func TestABootThatFailsLeavesARoleAsItWas(t *testing.T) {
	c, p, _ := started(t, false)
	must(t, c.Crash(t.Context(), "a", "b"))
	p.refuses = "boot"
	wantError(t, c.Start(t.Context(), p.boot, "a"), "boot a: refused")
	late := func(context.Context, Life) (bool, error) { return false, errors.New("no answer") }
	wantError(t, c.Start(t.Context(), late, "b"), "boot b: no answer")
	wantState(t, c, Crashed, Crashed, Running)
	if got := c.Unstopped(); !slices.Equal(got, []string{"b", "c"}) { // b may boot still
		t.Errorf("unstopped: %q", got)
	}
}

func TestProcessesOfIsolatedRoles(t *testing.T) {
	c, p, notes := started(t, true)
	ctx := t.Context()
	must(t, c.Pause(ctx, "a", "b"))
	p.wantAsked(t, "pause a", "pause b")
	must(t, c.SkewClock(ctx, p.skew, "a", time.Minute))
	p.wantAsked(t) // it cannot be told now
	must(t, c.Resume(ctx, p.skew, "a"))
	p.wantAsked(t, "resume a", "skew a 1m0s")
	wantState(t, c, Running, Paused, Running)
	must(t, c.Exit(ctx, 3, "a"))
	c.Ended(stage.End{Role: "a", Planned: true, Code: 3})
	if end := c.End("a"); end == nil || end.Code != 3 {
		t.Errorf("end: %+v", end)
	}
	must(t, c.MayExit(ctx, "c"))
	wantState(t, c, Exited, Paused, Running)
	c.Ended(stage.End{Role: "c", Planned: true})
	wantState(t, c, Exited, Paused, Exited)
	p.wantAsked(t, "exit a", "may exit c")
	must(t, c.Start(ctx, p.boot, "a"))
	p.wantAsked(t, "boot a 2 1m0s", "reclaim a", "renew a")
	if c.End("a") != nil {
		t.Error("a new process has ended")
	}
	if got, want := strings.Join((*notes)[1:], "; "), "pause(a, b); skew clock(a, 1m0s); resume(a); exit(3, a); may-exit(c); start(a)"; got != want {
		t.Errorf("notes %s", got)
	}
}

func TestTheSpecIsOver(t *testing.T) {
	c, p, _ := started(t, true)
	ctx := t.Context()
	must(t, c.Pause(ctx, "b"))
	must(t, c.Crash(ctx, "c"))
	must(t, c.ResumeAll(ctx))
	p.asked, p.refuses = nil, "stop a"
	err := c.Stop(ctx, func(_ context.Context, role string) error { return p.ask("stop %s", role) }, c.Unstopped()...)
	wantError(t, err, "stop a: refused")
	wantState(t, c, Stopped, Stopped, Crashed)
	p.refuses = "retire b"
	wantError(t, c.RetireAll(ctx), "the process of b: refused")
	p.wantAsked(t, "retire a", "retire b", "stop a", "stop b")
}

func TestALossIsTheEndOfARole(t *testing.T) {
	c, p, _ := started(t, true)
	p.refuses = "pause"
	if err := c.Cause(errors.New("x")); err.Error() != "x" || c.Lost() != nil || c.Loss("b") != nil {
		t.Errorf("before any loss: %v, %v, %v", err, c.Lost(), c.Loss("b"))
	}
	c.Ended(stage.End{Role: "b", Code: 2, Why: "child process died: exit status 2\nits last output:\n  panic: cheese"})
	const line = "role b lost its process: child process died: exit status 2"
	wantState(t, c, Running, Lost, Running)
	wantError(t, c.Loss("b"), line)
	wantError(t, c.NeedRunning("b"), line)
	wantError(t, c.Crash(t.Context(), "b"), `crash: role "b" is without its process; it must be running or paused`)
	wantError(t, c.Cause(errors.New("x")), line+"\nits last output:\n  panic: cheese")
	must(t, c.Cause(nil))
	if end := c.End("b"); end == nil || end.Code != 2 {
		t.Errorf("end: %+v", end)
	}
	c.Ended(stage.End{Role: "c", Why: "gone"})
	wantError(t, c.Untold("it says: "+line+"\n... panic: cheese"), "role c lost its process: gone")
	must(t, c.Untold(""))
	if got := c.Running(); !slices.Equal(got, []string{"a"}) {
		t.Errorf("running: %q", got)
	}
}

func TestRacesAreLeftUntilTheEnd(t *testing.T) {
	c, _, _ := started(t, false)
	for _, kind := range []string{"", stage.Race, stage.Stuck} {
		c.Trouble(stage.Failure{Kind: kind})
	}
	if n := len(c.Take(false)); n != 2 || !c.Troubled() {
		t.Errorf("took %d", n)
	}
	if n := len(c.Take(true)); n != 1 || c.Troubled() {
		t.Errorf("took %d", n)
	}
}

func TestTheStatesOfRolesAreRemembered(t *testing.T) {
	c, p, _ := started(t, true)
	must(t, c.Crash(t.Context(), "b"))
	must(t, c.Start(t.Context(), p.boot, "b"))
	must(t, c.Pause(t.Context(), "b"))
	c.Ended(stage.End{Role: "b", Why: "it died"})
	var got []string
	last := time.Time{}
	for _, turn := range c.Turns() {
		if turn.Role == "b" {
			got = append(got, fmt.Sprint(turn.State, " ", turn.Incarnation))
		}
		if turn.Time.Before(last) {
			t.Error("they are out of order")
		}
		last = turn.Time
	}
	if want := []string{"booting 1", "running 1", "crashed 1", "booting 2", "running 2", "paused 2", "without its process 2"}; !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

func TestVerbsSayHowTheyEnd(t *testing.T) {
	var ends []string
	p := &props{refuses: "crash b"}
	c := New(p, []string{"a", "b"}, false, func(_ context.Context, verb string) func(error) error {
		return func(err error) error {
			ends = append(ends, fmt.Sprint(verb, ": ", err))
			return err
		}
	})
	must(t, c.Start(t.Context(), p.boot, "a", "b"))
	_ = c.Crash(t.Context(), "b")
	_ = c.Crash(t.Context(), "nobody") // never began
	if len(ends) != 2 || ends[0] != "start(a, b): <nil>" || !strings.HasPrefix(ends[1], "crash(b): crash(b)") {
		t.Errorf("got %q", ends)
	}
}
