package router_test

import (
	"context"
	"fmt"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/cluster/receptionist"
	"github.com/7aca83c2/multinode/cluster/router"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/chanpair"
)

type Sum struct {
	A, B    int
	ReplyTo actor.Ref[int]
}

func Example() {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	adders := receptionist.NewKey[Sum]("adders")
	network := chanpair.New(transport.NewSwitch())
	nodes := map[transport.Address]*cluster.Membership{}
	for _, address := range []transport.Address{"a", "b"} {
		sys, err := actor.NewSystem(actor.WithNetwork(network, address))
		if err != nil {
			fmt.Println(err)
			return
		}
		defer sys.Kill()
		if nodes[address], err = cluster.Start(sys, cluster.WithSeeds("a")); err != nil {
			fmt.Println(err)
			return
		}
	}

	// The router is there first: what it is sent waits for somebody who can add.
	sums, err := router.New(nodes["a"], adders, router.LeastLoaded())
	if err != nil {
		fmt.Println(err)
		return
	}
	adder, err := actor.SpawnFunc(nodes["b"].System(), "", func(_ *actor.Context[Sum], s Sum) error {
		s.ReplyTo.Tell(s.A + s.B)
		return nil
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	if _, err := receptionist.Register(nodes["b"], adders, adder); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(actor.Ask(ctx, sums, func(replyTo actor.Ref[int]) Sum { return Sum{2, 3, replyTo} }))
	// Output:
	// 5 <nil>
}
