package actor_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/chanpair"
)

// question is answered, or not, as What says.
type question struct {
	What  string
	Reply actor.Ref[string]
}

func answer(kept *actor.Ref[string]) func(*actor.Context[question], question) error {
	return func(ctx *actor.Context[question], q question) error {
		switch q.What {
		case "reply":
			q.Reply.Tell("yes")
		case "twice":
			q.Reply.Tell("yes")
			q.Reply.Tell("no")
		case "keep":
			*kept = q.Reply
		case "fail":
			return errBad
		case "stop":
			ctx.StopSelf()
		case "sleep":
			time.Sleep(time.Minute)
		}
		return nil
	}
}

func asking(what string) func(actor.Ref[string]) question {
	return func(r actor.Ref[string]) question { return question{what, r} }
}

// eachAnswer runs a test with the actor "/x" in the same system, and in another.
func eachAnswer(t *testing.T, test func(t *testing.T, here, there *actor.System, x actor.Ref[question], kept *actor.Ref[string], far string)) {
	eachDistance(t, func(t *testing.T, here, there *actor.System, far string) {
		var kept actor.Ref[string]
		x := spawnAs(t, there, "x", answer(&kept))
		if far != "" {
			x = carry(t, there, here, x)
		}
		test(t, here, there, x, &kept, far)
	})
}

func TestAsk(t *testing.T) {
	eachAnswer(t, func(t *testing.T, here, there *actor.System, x actor.Ref[question], _ *actor.Ref[string], _ string) {
		for _, what := range []string{"reply", "twice"} {
			if got, err := actor.Ask(t.Context(), x, asking(what)); got != "yes" || err != nil {
				t.Fatal(got, err)
			}
		}
		synctest.Wait()
		if n := here.DeadLetters(); n != 1 {
			t.Fatal("the second reply is a dead letter, but there are", n)
		}
	})
}

func TestAskHonoursContext(t *testing.T) {
	eachAnswer(t, func(t *testing.T, here, _ *actor.System, x actor.Ref[question], kept *actor.Ref[string], far string) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := actor.Ask(ctx, x, asking("keep"))
		want := `actor: ask "` + far + `/x": context deadline exceeded`
		if !errors.Is(err, context.DeadlineExceeded) || err.Error() != want {
			t.Fatalf("got %v, want %s", err, want)
		}
		synctest.Wait()
		kept.Tell("late")
		synctest.Wait()
		if n := here.DeadLetters(); n != 1 {
			t.Fatal("the late reply is a dead letter, but there are", n)
		}
	})
}

// In none of these may Ask wait for its context: a minute would pass.
func TestAskFailsAtOnce(t *testing.T) {
	for _, test := range []struct {
		name string
		what string
		do   func(t *testing.T, there *actor.System)
		want error
	}{
		{"actor has ended", "reply", func(t *testing.T, there *actor.System) {
			end(t, there, actor.RefAt[question](there, there.Address(), "/x"))
		}, actor.ErrDead},
		{"actor fails", "fail", nil, actor.ErrFailed},
		{"actor stops before it reads", "reply", func(t *testing.T, there *actor.System) {
			x := actor.RefAt[question](there, there.Address(), "/x")
			x.Tell(question{What: "sleep"})
			go func() {
				synctest.Wait() // the question waits in the mailbox
				_ = there.StopActor(context.Background(), x)
			}()
		}, actor.ErrDead},
	} {
		t.Run(test.name, func(t *testing.T) {
			eachAnswer(t, func(t *testing.T, here, there *actor.System, x actor.Ref[question], _ *actor.Ref[string], _ string) {
				if test.do != nil {
					test.do(t, there)
				}
				ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
				defer cancel()
				_, err := actor.Ask(ctx, x, asking(test.what))
				if !errors.Is(err, test.want) {
					t.Fatalf("got %v, want %v", err, test.want)
				}
			})
		})
	}
}

func TestAskOfSystemThatEnds(t *testing.T) {
	eachAnswer(t, func(t *testing.T, here, _ *actor.System, x actor.Ref[question], _ *actor.Ref[string], far string) {
		time.AfterFunc(time.Second, here.Kill)
		_, err := actor.Ask(t.Context(), x, asking("keep"))
		if want := `actor: ask "` + far + `/x": system stopped`; err == nil || err.Error() != want {
			t.Fatalf("got %v, want %s", err, want)
		}
	})
}

func TestAskOfNodeThatGoesDown(t *testing.T) {
	for _, exact := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			_, a, b := pair(t)
			var kept actor.Ref[string]
			x := carry(t, b, a, spawnAs(t, b, "x", answer(&kept)))
			if !exact {
				x = actor.RefAt[question](a, "b", "/x")
			}
			time.AfterFunc(time.Second, func() { a.NodeDown("b", b.Incarnation()) })
			_, err := actor.Ask(t.Context(), x, asking("keep"))
			if want := `actor: ask "b/x": node is down`; err == nil || err.Error() != want {
				t.Fatalf("got %v, want %s", err, want)
			}
		})
	}
}

// The first frame of a new incarnation is the reply itself.
func TestAskOfNewIncarnation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network := chanpair.New(transport.NewSwitch())
		a := newSystem(t, actor.WithNetwork(network, "a"))
		x := actor.RefAt[question](a, "b", "/x")
		for range 3 {
			b := newSystem(t, actor.WithNetwork(network, "b"))
			spawnAs(t, b, "x", answer(nil))
			if got, err := actor.Ask(t.Context(), x, asking("reply")); got != "yes" || err != nil {
				t.Fatal(got, err)
			}
			b.Kill()
		}
	})
}

func TestAskPassedOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, a, b := pair(t)
		spawnAs(t, a, "x", answer(nil))
		home := actor.RefAt[question](b, "a", "/x")
		spawnAs(t, b, "via", func(ctx *actor.Context[question], q question) error {
			home.Tell(q)
			ctx.StopSelf()
			return nil
		})
		got, err := actor.Ask(t.Context(), actor.RefAt[question](a, "b", "/via"), asking("reply"))
		if got != "yes" || err != nil {
			t.Fatal(got, err)
		}
	})
}
