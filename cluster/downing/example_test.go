package downing_test

import (
	"context"
	"fmt"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/cluster/downing"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/chanpair"
)

func Example() {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	sw := transport.NewSwitch()
	network := chanpair.New(sw)
	nodes := map[transport.Address]*cluster.Membership{}
	for i, address := range []transport.Address{"a", "b", "c"} {
		sys, err := actor.NewSystem(actor.WithNetwork(network, address), actor.WithIncarnation(uint64(i+1)))
		if err != nil {
			fmt.Println(err)
			return
		}
		defer sys.Kill()
		if nodes[address], err = cluster.Start(sys, cluster.WithSeeds("a"),
			cluster.WithDetector(cluster.Deadline(20*time.Millisecond, 200*time.Millisecond)),
			cluster.WithDowning(downing.KeepMajority(300*time.Millisecond))); err != nil {
			fmt.Println(err)
			return
		}
	}
	up := func(n int) func(cluster.View) bool {
		return func(v cluster.View) bool { return v.Converged && len(v.Members) == n && len(v.Up()) == n }
	}
	for _, m := range nodes {
		fmt.Println(m.Watch(ctx, up(3)))
	}

	var cut []transport.Link
	for _, other := range []transport.Address{"b", "c"} {
		cut = append(cut, transport.Link{From: "a", To: other}, transport.Link{From: other, To: "a"})
	}
	fmt.Println(sw.Cut(ctx, cut...))
	<-nodes["a"].Done()
	fmt.Println(nodes["a"].Err())
	fmt.Println(nodes["c"].Watch(ctx, up(2)))
	fmt.Println(nodes["c"].View())
	// Output:
	// <nil>
	// <nil>
	// <nil>
	// <nil>
	// cluster: node "a": node was downed
	// <nil>
	// c sees b up, c up; leader b; converged
}
