package stage

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/internal/codec"
	"github.com/7aca83c2/multinode/transport"
)

func memorable() *Stage { return New(transport.NewSwitch(), time.Second, nil, nil) }

func TestStaysAtBarriersAreRemembered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := memorable()
		comes := func(role, name string) error {
			return Barrier.Tell(t.Context(), s, Party{Role: role, Name: name, Parties: []string{"a", "b"}})
		}
		go func() { _ = comes("a", "ready") }()
		<-time.After(300 * time.Millisecond)
		if err := comes("b", "ready"); err != nil {
			t.Fatal(err)
		}
		if err := comes("b", "never"); err == nil {
			t.Fatal("nobody came, and it opened")
		}
		go func() { _ = comes("b", "never") }()
		synctest.Wait()
		r, err := Record.Ask(t.Context(), s, Nothing{})
		if err != nil || len(r.Stays) != 4 || len(r.Stalls) != 1 || r.Stalls[0].What != `the barrier "never"` {
			t.Fatalf("got %+v, %v", r, err)
		}
		for i, want := range []struct {
			role, name string
			took       time.Duration
			fails      bool
		}{{"a", "ready", 300 * time.Millisecond, false}, {"b", "ready", 0, false}, {"b", "never", time.Second, true}} {
			got := r.Stays[i]
			if got.Role != want.role || got.Name != want.name || got.Went.Sub(got.Came) != want.took || (got.Error != "") != want.fails {
				t.Errorf("got %+v, want %+v", got, want)
			}
		}
		if !r.Stays[3].Went.IsZero() {
			t.Error("it has gone from where it waits")
		}
		<-time.After(time.Second) // it gives up
	})
}

func TestTheLatestAreRemembered(t *testing.T) {
	var l latest[int]
	first := l.add(0)
	for i := range 3 * limit {
		l.add(i)
	}
	last := l.add(7)
	l.change(first, func(i *int) { t.Errorf("%d is there still", *i) })
	l.change(last, func(i *int) { *i = 8 })
	all, before := l.last()
	if len(all) != limit || before != 3*limit+2-limit || all[limit-1] != 8 {
		t.Errorf("%d are there, %d were before, the last is %d", len(all), before, all[len(all)-1])
	}
}

func TestWhatRolesSeeIsToldOnceSomebodyWantsToKnow(t *testing.T) {
	s := memorable()
	var told []string
	s.OnSaw(func(sight Sight) { told = append(told, sight.Role+string(sight.Seen)) })
	for _, sight := range []string{"b1", "a1", "a2"} {
		s.Saw(Sight{Role: sight[:1], Seen: []byte(sight[1:])})
	}
	if len(told) > 0 {
		t.Errorf("told %q", told)
	}
	if err := second(Watch.Ask(t.Context(), s, Nothing{})); err != nil {
		t.Fatal(err)
	}
	s.Saw(Sight{Role: "b", Seen: []byte("2")})
	if want := []string{"a2", "b1", "b2"}; !slices.Equal(told, want) {
		t.Errorf("told %q, want %q", told, want)
	}
}

func second[R any](_ R, err error) error { return err }

// thinker says where its goroutines are, or that it cannot.
type thinker struct {
	where []Goroutines
	err   error
	asked *int
}

func (thinker) Crash(context.Context) error { return nil }

func (r thinker) Call(_ context.Context, method string, _ []byte) ([]byte, error) {
	*r.asked++
	if r.err != nil || method != GoroutinesOf {
		return nil, errors.Join(r.err, errors.New(method))
	}
	return codec.AppendAs(nil, r.where)
}

func TestAStallHasTheGoroutinesOfAllRolesFolded(t *testing.T) {
	s, asked := memorable(), [3]int{}
	s.SetRunner("a", thinker{where: []Goroutines{{Count: 1, Stack: "f"}, {Count: 3, Stack: "g"}}, asked: &asked[0]})
	s.SetRunner("b", thinker{where: []Goroutines{{Count: 1, Stack: "f"}}, asked: &asked[1]})
	s.SetRunner("c", thinker{err: errors.New("it is paused"), asked: &asked[2]})
	for range 2 { // the second is the same one
		if err := Stalled.Tell(t.Context(), s, Stall{What: "the spec", Where: []Goroutines{{Count: 1, Stack: "h"}}}); err != nil {
			t.Fatal(err)
		}
	}
	r, err := Record.Ask(t.Context(), s, Nothing{})
	if err != nil || len(r.Stalls) != 1 || asked != [3]int{1, 1, 1} {
		t.Fatalf("got %+v, %v, asked %v", r.Stalls, err, asked)
	}
	want := []Goroutines{{nil, 1, "h"}, {[]string{"a", "b"}, 2, "f"}, {[]string{"a"}, 3, "g"}}
	if got := r.Stalls[0].Where; !slices.EqualFunc(got, want, func(x, y Goroutines) bool {
		return slices.Equal(x.Roles, y.Roles) && x.Count == y.Count && x.Stack == y.Stack
	}) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	for _, what := range []string{"a", "b", "c", "d", "e"} {
		_ = Stalled.Tell(t.Context(), s, Stall{What: what})
	}
	if r, _ := Record.Ask(t.Context(), s, Nothing{}); len(r.Stalls) != mostStalls {
		t.Errorf("%d are remembered", len(r.Stalls))
	}
}
