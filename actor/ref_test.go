package actor_test

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/chanpair"
)

func TestRefsTravel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tr trace
		sw, a, b := pair(t)
		c := newSystem(t, actor.WithNetwork(chanpair.New(sw), "c"))
		x := spawnAs(t, a, "x", func(_ *actor.Context[int], n int) error { tr.add("%d", n); return nil })
		inB := carry(t, a, b, x)
		inC := carry(t, b, c, inB)
		home := carry(t, c, a, inC)
		if home != x {
			t.Fatalf("%v came home as %v", x, home)
		}
		if again := carry(t, a, b, x); again != inB {
			t.Fatal("two refs of one actor must be equal")
		}
		if inC.String() != "a/x" || inC.Address() != "a" || inC.Path() != "/x" || inC.Incarnation() != a.Incarnation() {
			t.Fatal(inC, inC.Incarnation())
		}
		inB.Tell(1)
		tr.expect(t, "1")
		inC.Tell(2)
		tr.expect(t, "2")

		end(t, a, x)
		if late := carry(t, c, a, inC); late != x {
			t.Fatal("a ref of an actor that has ended must equal the old one")
		}
		if zero := carry(t, a, b, actor.Ref[int]{}); !zero.IsZero() {
			t.Fatal(zero)
		}
		if err := carry(t, a, b, actor.RefAt[int](a, "a", "/later")).Send(1); err != nil {
			t.Fatal(err)
		}
	})
}

func TestAnonymousActorsCanBeFound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tr trace
		sys := newSystem(t)
		x := spawn(t, sys, func(_ *actor.Context[int], n int) error { tr.add("%d", n); return nil })
		if !strings.HasPrefix(x.Path(), "/$") {
			t.Fatal(x.Path())
		}
		actor.RefAt[int](sys, "", x.Path()).Tell(1)
		tr.expect(t, "1")
	})
}

// A message of another type reaches an actor that takes it, too.
func TestRefOfAnotherType(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		actor.Register[registered]()
		var tr trace
		_, a, b := pair(t)
		spawnAs(t, a, "cmd", func(_ *actor.Context[command], m command) error { tr.add("%v", m); return nil })
		spawnAs(t, a, "reg", func(_ *actor.Context[registered], m registered) error { tr.add("%v", m); return nil })
		actor.RefAt[registered](a, "a", "/cmd").Tell(registered{1})
		tr.expect(t, "{1}")
		actor.RefAt[command](b, "a", "/reg").Tell(registered{2})
		tr.expect(t, "{2}")
	})
}

func TestSpawnErrors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, a, _ := pair(t)
		spawnAs(t, a, "x", ignore)
		for name, want := range map[string]string{
			"x":   `actor: spawn "a/x": name taken`,
			"x/y": `actor: spawn "a/x/y": a name must have at most 255 bytes, no '/' in it and no '$' in front`,
			"$y":  `actor: spawn "a/$y": a name must have at most 255 bytes, no '/' in it and no '$' in front`,
		} {
			if _, err := actor.SpawnFunc(a, name, ignore); err == nil || err.Error() != want {
				t.Errorf("got %v, want %s", err, want)
			}
		}
		_, err := actor.Spawn(a, "y", func() actor.Actor[int] { panic("boom") })
		var p *actor.PanicError
		if !errors.As(err, &p) || err.Error() != `actor: spawn "a/y": factory: panic: boom` {
			t.Error(err)
		}
		_, err = actor.Spawn(a, "y", func() actor.Actor[int] { return nil })
		if err == nil || err.Error() != `actor: spawn "a/y": factory returned nil` {
			t.Error(err)
		}
	})
}

func TestSystemErrors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network := chanpair.New(transport.NewSwitch())
		newSystem(t, actor.WithNetwork(network, "a"))
		_, err := actor.NewSystem(actor.WithNetwork(network, "a"))
		if !errors.Is(err, transport.ErrInUse) {
			t.Error(err)
		}
		_, err = actor.NewSystem(actor.WithIncarnation(0))
		if err == nil || err.Error() != `actor: system "": incarnation 0: it means any` {
			t.Error(err)
		}
		alone := newSystem(t)
		err = actor.RefAt[int](alone, "b", "/x").Send(1)
		if err == nil || err.Error() != `actor: send int to "b/x": system has no network` {
			t.Error(err)
		}
	})
}

func TestBecome(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tr trace
		ref := spawn(t, newSystem(t), func(ctx *actor.Context[string], m string) error {
			tr.add("first %s", m)
			ctx.Become(actor.Func[string](func(ctx *actor.Context[string], m string) error {
				tr.add("second %s", m)
				if m == "fail" {
					return errBad
				}
				ctx.Become(nil)
				return nil
			}))
			return nil
		})
		for _, m := range []string{"1", "2", "3", "fail", "4"} {
			ref.Tell(m)
		}
		tr.expect(t, "first 1", "second 2", "first 3", "second fail", "first 4")
	})
}
