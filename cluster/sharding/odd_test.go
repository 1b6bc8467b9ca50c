package sharding_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster/sharding"
	"github.com/7aca83c2/multinode/transport"
)

func TestOddNames(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		shardOf := sharding.WithShardOf(func(id string) string { return id })
		l.start("a", shardOf)
		l.start("b", shardOf)
		for _, id := range []string{"", "/", ".", "..", "a b", "%", "$1", string(make([]byte, 5000)), "é"} {
			for _, from := range []transport.Address{"a", "b"} {
				l.ask(from, id, 1)
				before := l.starts[id]
				l.regions[from].Tell(id, note{N: 7, Stop: true})
				l.ask(from, id, 2)
				synctest.Wait()
				l.ask(from, id, 3)
				if l.starts[id] != before+1 {
					t.Errorf("%.9q: started %d times, want %d", id, l.starts[id], before+1)
				}
			}
		}
	})
}

type (
	shape  interface{ area() }
	square struct {
		Side int
		To   actor.Ref[int]
	}
)

func (s *square) area() {}

func TestMessagesOfInterfaceAndPointerTypes(t *testing.T) {
	actor.Register[*square]()
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		a, b := l.Boot("a"), l.Boot("b")
		name := "my type %"
		_, err := sharding.Start(a, name, func(string) actor.Actor[shape] {
			return actor.Func[shape](func(_ *actor.Context[shape], s shape) error { s.(*square).To.Tell(s.(*square).Side); return nil })
		})
		if err != nil {
			t.Fatal(err)
		}
		p, err := sharding.StartProxy[shape](b, name)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		if n, err := sharding.Ask(ctx, p, "x", func(to actor.Ref[int]) shape { return &square{3, to} }); n != 3 || err != nil {
			t.Error(n, err)
		}
		_, err = sharding.Start(a, "ptr", func(string) actor.Actor[*square] {
			return actor.Func[*square](func(_ *actor.Context[*square], s *square) error { s.To.Tell(s.Side); return nil })
		})
		if err != nil {
			t.Fatal(err)
		}
		q, err := sharding.StartProxy[*square](b, "ptr")
		if err != nil {
			t.Fatal(err)
		}
		if n, err := sharding.Ask(ctx, q, "x", func(to actor.Ref[int]) *square { return &square{3, to} }); n != 3 || err != nil {
			t.Error(n, err)
		}
	})
}
