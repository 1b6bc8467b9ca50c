package receptionist_test

import (
	"context"
	"fmt"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/cluster/receptionist"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/chanpair"
)

type Greet struct {
	Name    string
	ReplyTo actor.Ref[string]
}

var greeters = receptionist.NewKey[Greet]("greeters")

// start boots a node of the cluster whose first node is "a".
func start(network transport.Network, address transport.Address) (*cluster.Membership, error) {
	sys, err := actor.NewSystem(actor.WithNetwork(network, address))
	if err != nil {
		return nil, err
	}
	m, err := cluster.Start(sys, cluster.WithSeeds("a"))
	if err != nil {
		return nil, err
	}
	return m, receptionist.Start(m)
}

func Example() {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	network := chanpair.New(transport.NewSwitch())
	a, err := start(network, "a")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer a.System().Kill()
	b, err := start(network, "b")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer b.System().Kill()

	// On b somebody greets.
	greeter, err := actor.SpawnFunc(b.System(), "greeter", func(_ *actor.Context[Greet], g Greet) error {
		g.ReplyTo.Tell("hello " + g.Name)
		return nil
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	if _, err := receptionist.Register(b, greeters, greeter); err != nil {
		fmt.Println(err)
		return
	}

	// On a somebody waits until there is one, and asks.
	found := make(chan receptionist.Listing[Greet], 10)
	visitor, err := actor.SpawnFunc(a.System(), "visitor", func(_ *actor.Context[receptionist.Listing[Greet]], l receptionist.Listing[Greet]) error {
		found <- l
		return nil
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	if _, err := receptionist.Subscribe(a, greeters, visitor); err != nil {
		fmt.Println(err)
		return
	}
	listing := <-found
	for len(listing.Refs) == 0 {
		listing = <-found
	}
	fmt.Println(listing)
	fmt.Println(actor.Ask(ctx, listing.Refs[0], func(replyTo actor.Ref[string]) Greet { return Greet{"bob", replyTo} }))
	// Output:
	// greeters: b/greeter; unreachable nobody
	// hello bob <nil>
}
