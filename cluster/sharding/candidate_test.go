package sharding

import (
	"testing"
	"testing/synctest"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/chanpair"
)

// TestRegistersOnlyWithWhoAnswers plays the singleton and two coordinators to a region.
// What it asked may be answered late, and by way of the singleton it may reach the next
// coordinator: that must not hear of its shards before the region has given up the first.
func TestRegistersOnlyWithWhoAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sys, err := actor.NewSystem(actor.WithNetwork(chanpair.New(transport.NewSwitch()), "a"), actor.WithIncarnation(1))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(sys.Kill)
		m, err := cluster.Start(sys, cluster.WithSeeds("a"))
		if err != nil {
			t.Fatal(err)
		}
		play := func(name string) (actor.Ref[request[int]], func() []request[int]) {
			var got []request[int]
			ref, err := actor.SpawnFunc(sys, name, func(ctx *actor.Context[request[int]], r request[int]) error {
				if r.Kind == 0 {
					ctx.StopSelf()
					return nil
				}
				got = append(got, r)
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			return ref, func() []request[int] {
				synctest.Wait()
				all := got
				got = nil
				return all
			}
		}
		front, knocks := play("front")
		first, atFirst := play("first")
		second, atSecond := play("second")
		c, err := makeConfig("n", nil)
		if err != nil {
			t.Fatal(err)
		}
		ref, err := actor.Spawn(sys, "region", func() actor.Actor[message[int]] {
			return &region[int]{
				config: c, entity: func(string) actor.Actor[int] {
					return actor.Func[int](func(*actor.Context[int], int) error { return nil })
				},
				desk: &desk{name: "n"}, to: front, located: func() bool { return true }, over: m.Done(),
				alone: func() bool { return true }, routes: map[string]*route[int]{}, hosted: map[string]*hostedShard[int]{}, parted: map[string]claim{},
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		tell := func(c control[int]) { ref.Tell(message[int]{Control: &c}) }

		if got := knocks(); len(got) != 1 || got[0].Kind != knock || len(got[0].Claims) > 0 {
			t.Fatalf("got %+v by way of the singleton, want a knock", got)
		}
		tell(control[int]{Kind: here, Coordinator: first})
		got := atFirst()
		if len(got) != 1 || got[0].Kind != register {
			t.Fatalf("the first coordinator got %+v, want a registration", got)
		}
		tell(control[int]{Kind: welcome, Coordinator: second, Attempt: got[0].Attempt})
		tell(control[int]{Kind: host, Coordinator: second, Shard: "1", Line: 3, Tenure: 3})
		tell(control[int]{Kind: welcome, Coordinator: first, Attempt: got[0].Attempt})
		tell(control[int]{Kind: here, Coordinator: second})
		tell(control[int]{Kind: host, Coordinator: first, Shard: "1", Line: 1, Tenure: 1})
		if got := atFirst(); len(got) != 1 || got[0].Kind != hosting || got[0].Claims[0] != (claim{"1", 1, 1, 0}) {
			t.Errorf("the first coordinator got %+v, want that the shard is hosted", got)
		}
		if got := atSecond(); len(got) > 0 {
			t.Errorf("the second coordinator got %+v, want nothing yet", got)
		}

		first.Tell(request[int]{})
		if got := knocks(); len(got) == 0 || got[0].Kind != knock {
			t.Fatalf("got %+v by way of the singleton, want a knock", got)
		}
		tell(control[int]{Kind: here, Coordinator: second})
		if got := atSecond(); len(got) != 1 || got[0].Kind != register || len(got[0].Claims) != 1 {
			t.Errorf("the second coordinator got %+v, want a registration with the shard", got)
		}
	})
}
