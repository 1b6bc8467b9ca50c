package cluster_test

import (
	"context"
	"fmt"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/chanpair"
)

func Example() {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	network := chanpair.New(transport.NewSwitch())
	nodes := map[transport.Address]*cluster.Membership{}
	for i, address := range []transport.Address{"a", "b", "c"} {
		sys, err := actor.NewSystem(actor.WithNetwork(network, address), actor.WithIncarnation(uint64(i+1)))
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

	three := func(v cluster.View) bool { return v.Converged && len(v.Up()) == 3 }
	fmt.Println(nodes["c"].Watch(ctx, three))
	fmt.Println(nodes["c"].View())

	fmt.Println(nodes["a"].Leave(ctx))
	two := func(v cluster.View) bool { return v.Converged && len(v.Members) == 2 }
	fmt.Println(nodes["c"].Watch(ctx, two))
	fmt.Println(nodes["c"].View())
	// Output:
	// <nil>
	// c sees a up, b up, c up; leader a; converged
	// <nil>
	// <nil>
	// c sees b up, c up; leader b; converged
}
