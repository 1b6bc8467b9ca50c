package stage

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/transport"
)

// enter comes to a barrier in a goroutine of its own and returns what it will say.
func enter(ctx context.Context, s *Stage, role, name string, parties ...string) <-chan error {
	answer := make(chan error, 1)
	go func() { answer <- Barrier.Tell(ctx, s, Party{role, name, parties}) }()
	synctest.Wait()
	return answer
}

func bubble(t *testing.T, body func(ctx context.Context, s *Stage)) {
	synctest.Test(t, func(t *testing.T) {
		body(t.Context(), New(transport.NewSwitch(), time.Minute, nil, nil))
	})
}

func wantError(t *testing.T, answer <-chan error, want string) {
	t.Helper()
	synctest.Wait()
	select {
	case err := <-answer:
		if err == nil || err.Error() != want {
			t.Errorf("got error %v\nwant      %s", err, want)
		}
	default:
		t.Errorf("still waits; want error %s", want)
	}
}

func TestABarrierOpensWhenAllHaveCome(t *testing.T) {
	bubble(t, func(ctx context.Context, s *Stage) {
		for range 3 { // and again under the same name
			a := enter(ctx, s, "a", "x", "a", "b")
			b := enter(ctx, s, "b", "other", "b")
			if len(a) != 0 {
				t.Fatal("a barrier opened with one party missing")
			}
			if err := <-b; err != nil {
				t.Fatal(err)
			}
			b = enter(ctx, s, "b", "x", "b", "a")
			for _, answer := range []<-chan error{a, b} {
				if err := <-answer; err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}

func TestABarrierNamesWhoIsMissing(t *testing.T) {
	bubble(t, func(ctx context.Context, s *Stage) {
		start := time.Now()
		a := enter(ctx, s, "a", "x", "a", "b", "c")
		b := enter(ctx, s, "b", "x", "a", "b", "c")
		if got, _ := Waiting.Ask(ctx, s, Nothing{}); strings.Join(got, "") != `barrier "x": arrived a, b; missing c` {
			t.Errorf("waiting: %q", got)
		}
		<-time.After(time.Minute)
		wantError(t, a, `barrier "x": arrived a, b; missing c; waited 1m0s`)
		wantError(t, b, `barrier "x": arrived a, b; missing c; waited 1m0s`)
		if waited := time.Since(start); waited != time.Minute {
			t.Errorf("waited %v, want the stage's minute", waited)
		}
		if got, _ := Waiting.Ask(ctx, s, Nothing{}); len(got) != 0 {
			t.Errorf("a barrier that failed is still there: %q", got)
		}
	})
}

func TestABarrierEndsWithTheBodyThatItNeeds(t *testing.T) {
	bubble(t, func(ctx context.Context, s *Stage) {
		a := enter(ctx, s, "a", "x", "a", "b")
		if err := Ended.Tell(ctx, s, "b"); err != nil {
			t.Fatal(err)
		}
		wantError(t, a, `barrier "x": arrived a; missing b; the body of b has ended`)
		wantError(t, enter(ctx, s, "a", "late", "a", "b"), `barrier "late": arrived a; missing b; the body of b has ended`)
		if err := BodiesBegin.Tell(ctx, s, Nothing{}); err != nil {
			t.Fatal(err)
		}
		if again := enter(ctx, s, "a", "x", "a", "b"); len(again) != 0 {
			t.Error("the next body does not start with all roles")
		}
		<-time.After(time.Minute) // let the one that waits go
	})
}

func TestABarrierRefusesNonsense(t *testing.T) {
	bubble(t, func(ctx context.Context, s *Stage) {
		a := enter(ctx, s, "a", "x", "a", "b", "c")
		wantError(t, enter(ctx, s, "a", "x", "a", "b", "c"), `barrier "x": a is waiting there already`)
		wantError(t, enter(ctx, s, "b", "x", "a", "b"), `barrier "x": b enters for a, b, but a entered for a, b, c`)
		wantError(t, enter(ctx, s, "z", "x", "a", "b"), `barrier "x": z enters, but it is for a, b`)
		<-time.After(time.Minute)
		<-a
	})
}

func TestABarrierEndsWithItsContext(t *testing.T) {
	bubble(t, func(ctx context.Context, s *Stage) {
		short, cancel := context.WithTimeout(ctx, time.Second)
		defer cancel()
		a := enter(short, s, "a", "x", "a", "b")
		<-time.After(time.Second)
		wantError(t, a, `barrier "x": arrived a; missing b; waited 1s`)
	})
}

func TestARoleAsksInItsOwnNameAlone(t *testing.T) {
	bubble(t, func(ctx context.Context, s *Stage) {
		asA := As(ctx, "a")
		wantError(t, enter(asA, s, "b", "start", "a", "b"), `stage: role "a" asks in the name of "b"`)
		if err := Ended.Tell(asA, s, "b"); err == nil {
			t.Error("a has said that b's body is over")
		}
		if _, err := s.Ask(asA, "crash", nil); err == nil || err.Error() != `stage: role "a" asks for "crash", which is the Director's` {
			t.Errorf("a may crash: %v", err)
		}
		for _, role := range []string{"a", "b"} {
			if err := Ended.Tell(As(ctx, role), s, role); err != nil {
				t.Error(err)
			}
		}
	})
}
