package pubsub_test

import (
	"context"
	"fmt"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/cluster/pubsub"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/chanpair"
)

type Order struct{ ID int }

func Example() {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	network := chanpair.New(transport.NewSwitch())
	topics := map[transport.Address]*pubsub.Topic[Order]{}
	systems := map[transport.Address]*actor.System{}
	for i, address := range []transport.Address{"a", "b"} {
		sys, err := actor.NewSystem(actor.WithNetwork(network, address), actor.WithIncarnation(uint64(i+1)))
		if err != nil {
			fmt.Println(err)
			return
		}
		defer sys.Kill()
		m, err := cluster.Start(sys, cluster.WithSeeds("a"))
		if err != nil {
			fmt.Println(err)
			return
		}
		ps, err := pubsub.Start(m)
		if err != nil {
			fmt.Println(err)
			return
		}
		if topics[address], err = pubsub.TopicOf[Order](ps, "orders"); err != nil {
			fmt.Println(err)
			return
		}
		systems[address] = sys
	}

	known := make(chan struct{}, 1)
	actor.Subscribe(systems["a"], func(pubsub.SubscribersChanged) { known <- struct{}{} })
	got := make(chan Order)
	screen, err := actor.SpawnFunc(systems["b"], "screen", func(_ *actor.Context[Order], o Order) error {
		got <- o
		return nil
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	if _, err := topics["b"].Subscribe(screen); err != nil {
		fmt.Println(err)
		return
	}
	select {
	case <-known:
	case <-ctx.Done():
	}
	fmt.Println(topics["a"].Publish(Order{7}))
	fmt.Println(<-got)
	// Output:
	// <nil>
	// {7}
}
