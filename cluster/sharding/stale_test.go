package sharding

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/chanpair"
)

// TestAskOfAnEarlierLine has another region send an ask to a home of which it knows an
// earlier line: if that home has failed it sends the ask again, so that it must not be
// handled now. What is only told is never sent again, and is handled.
func TestAskOfAnEarlierLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net := chanpair.New(transport.NewSwitch())
		system := func(address transport.Address) *actor.System {
			sys, err := actor.NewSystem(actor.WithNetwork(net, address), actor.WithIncarnation(1))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(sys.Kill)
			return sys
		}
		a, b := system("a"), system("b")
		m, err := cluster.Start(a, cluster.WithSeeds("a"))
		if err != nil {
			t.Fatal(err)
		}
		handled := make(chan int, 10)
		region, err := Start(m, "n", func(string) actor.Actor[int] {
			return actor.Func[int](func(_ *actor.Context[int], n int) error { handled <- n; return nil })
		})
		if err != nil {
			t.Fatal(err)
		}
		region.Tell("x", 1)
		expect := func(want int) {
			t.Helper()
			select {
			case got := <-handled:
				if got != want {
					t.Errorf("handled %d, want %d", got, want)
				}
			case <-time.After(time.Minute):
				t.Fatalf("%d was not handled", want)
			}
		}
		expect(1)
		back := make(chan message[int], 10)
		_, err = actor.SpawnFunc(b, actorName("n"), func(_ *actor.Context[message[int]], m message[int]) error {
			back <- m
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		home := actor.RefAt[message[int]](b, "a", "/"+actorName("n"))
		home.Tell(message[int]{ID: "x", Msg: 2, From: "b", Number: 7, Line: 1})
		home.Tell(message[int]{ID: "x", Msg: 3, From: "b", Line: 1})

		expect(3)
		select {
		case m := <-back:
			if m.Number != 7 || m.Line != 1 || m.Control == nil || m.Control.Kind != notHere {
				t.Errorf("got %+v back, want the ask", m)
			}
		case <-time.After(time.Minute):
			t.Error("the ask did not come back")
		}
	})
}
