package sharding_test

import (
	"context"
	"fmt"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/cluster/sharding"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/chanpair"
)

// add is what an account takes: an amount, and who wants to know the balance.
type add struct {
	Cents   int
	ReplyTo actor.Ref[int]
}

func account(string) actor.Actor[add] {
	balance := 0
	return actor.Func[add](func(_ *actor.Context[add], m add) error {
		balance += m.Cents
		m.ReplyTo.Tell(balance)
		return nil
	})
}

func Example() {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	network := chanpair.New(transport.NewSwitch())
	accounts := map[transport.Address]*sharding.Region[add]{}
	for i, address := range []transport.Address{"a", "b", "c"} {
		sys, err := actor.NewSystem(actor.WithNetwork(network, address), actor.WithIncarnation(uint64(i+1)))
		if err != nil {
			fmt.Println(err)
			return
		}
		defer sys.Kill()
		member, err := cluster.Start(sys, cluster.WithSeeds("a"))
		if err != nil {
			fmt.Println(err)
			return
		}
		if accounts[address], err = sharding.Start(member, "account", account); err != nil {
			fmt.Println(err)
			return
		}
	}

	for _, from := range []transport.Address{"a", "b", "c"} { // one account, wherever it lives
		balance, err := sharding.Ask(ctx, accounts[from], "alice", func(replyTo actor.Ref[int]) add {
			return add{100, replyTo}
		})
		fmt.Println(balance, err)
	}
	// Output:
	// 100 <nil>
	// 200 <nil>
	// 300 <nil>
}
