package ddata_test

import (
	"context"
	"fmt"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/cluster/ddata"
	"github.com/7aca83c2/multinode/cluster/ddata/crdt"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/chanpair"
)

var visits = ddata.NewKey[crdt.GCounter]("visits")

func Example() {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	network := chanpair.New(transport.NewSwitch())
	var replicators []*ddata.Replicator
	for i, address := range []transport.Address{"a", "b", "c"} {
		sys, err := actor.NewSystem(actor.WithNetwork(network, address), actor.WithIncarnation(uint64(i+1)))
		if err != nil {
			fmt.Println(err)
			return
		}
		defer sys.Kill()
		membership, err := cluster.Start(sys, cluster.WithSeeds("a"))
		if err != nil {
			fmt.Println(err)
			return
		}
		r, err := ddata.Start(membership)
		if err != nil {
			fmt.Println(err)
			return
		}
		replicators = append(replicators, r)
	}

	for _, r := range replicators {
		fmt.Println(ddata.Update(ctx, r, visits, ddata.Majority, func(c crdt.GCounter) crdt.GCounter {
			return c.Increment(r.Self(), 1)
		}))
	}
	c, err := ddata.Get(ctx, replicators[0], visits, ddata.Majority)
	fmt.Println(c.Value(), err)
	// Output:
	// <nil>
	// <nil>
	// <nil>
	// 3 <nil>
}
