package singleton_test

import (
	"context"
	"fmt"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/cluster/singleton"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/chanpair"
)

// question asks the singleton where it is.
type question struct{ ReplyTo actor.Ref[string] }

func answerer() actor.Actor[question] {
	return actor.Func[question](func(ctx *actor.Context[question], q question) error {
		q.ReplyTo.Tell("on " + string(ctx.System().Address()))
		return nil
	})
}

func Example() {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	network := chanpair.New(transport.NewSwitch())
	nodes := map[transport.Address]*cluster.Membership{}
	refs := map[transport.Address]actor.Ref[question]{}
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
		s, err := singleton.Start(m, "answerer", answerer)
		if err != nil {
			fmt.Println(err)
			return
		}
		nodes[address], refs[address] = m, s.Ref()
		up := func(v cluster.View) bool { return v.Converged && len(v.Up()) == i+1 }
		if err := m.Watch(ctx, up); err != nil {
			fmt.Println(err)
			return
		}
	}

	ask := func() (string, error) {
		return actor.Ask(ctx, refs["b"], func(replyTo actor.Ref[string]) question { return question{replyTo} })
	}
	fmt.Println(ask())
	fmt.Println(nodes["a"].Leave(ctx))
	fmt.Println(ask())
	// Output:
	// on a <nil>
	// <nil>
	// on b <nil>
}
