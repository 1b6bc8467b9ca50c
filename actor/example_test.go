package actor_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/chanpair"
)

type Greet struct {
	Name    string
	ReplyTo actor.Ref[string]
}

func greet(_ *actor.Context[Greet], g Greet) error {
	g.ReplyTo.Tell("hello " + g.Name)
	return nil
}

func Example() {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	network := chanpair.New(transport.NewSwitch())
	a, _ := actor.NewSystem(actor.WithNetwork(network, "a"))
	b, _ := actor.NewSystem(actor.WithNetwork(network, "b"))

	_, _ = actor.SpawnFunc(b, "greeter", greet)

	greeter := actor.RefAt[Greet](a, "b", "/greeter")
	reply, err := actor.Ask(ctx, greeter, func(replyTo actor.Ref[string]) Greet {
		return Greet{"bob", replyTo}
	})
	fmt.Println(reply, err)

	fmt.Println(a.Stop(ctx), b.Stop(ctx))
	// Output:
	// hello bob <nil>
	// <nil> <nil>
}

// A failed actor is replaced by a fresh one, which has not counted anything yet.
func ExampleOnFailure() {
	sys, _ := actor.NewSystem()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	counter, _ := actor.Spawn(sys, "counter", func() actor.Actor[int] {
		sum := 0
		return actor.Func[int](func(ctx *actor.Context[int], n int) error {
			switch {
			case n == 0:
				ctx.StopSelf()
				return nil
			case n < 0:
				return errors.New("negative")
			}
			sum += n
			fmt.Println("sum", sum)
			return nil
		})
	}, actor.OnFailure(actor.Restart{MaxRestarts: 3}))

	for _, n := range []int{1, 2, -1, 4, 0} {
		counter.Tell(n)
	}
	fmt.Println(sys.AwaitEnd(ctx, counter), sys.Stop(ctx))
	// Output:
	// sum 1
	// sum 3
	// sum 4
	// <nil> <nil>
}
