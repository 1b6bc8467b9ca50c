//go:build unix

package isolated_test

import (
	"context"
	"errors"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster/receptionist"
	"github.com/7aca83c2/multinode/cluster/router"
	"github.com/7aca83c2/multinode/cluster/sharding"
	"github.com/7aca83c2/multinode/cluster/singleton"
	. "github.com/7aca83c2/multinode/mnginkgo"
)

// envelope has anything in it. Only the process of a registers a place, and that of b a receipt.
type (
	envelope struct {
		Body    any
		ReplyTo actor.Ref[any]
	}
	place   struct{ Item string }
	receipt struct{ Item string }
)

// answering replies a receipt to whatever it gets.
func answering() actor.Actor[envelope] {
	return actor.Func[envelope](func(_ *actor.Context[envelope], e envelope) error {
		e.ReplyTo.Tell(receipt{"one"})
		return nil
	})
}

var shops = receptionist.NewKey[envelope]("shops")

// host has b run all that a asks.
func host(n *Node) error {
	actor.Register[receipt]()
	m := n.Membership()
	_, err := sharding.Start(m, "shop", func(string) actor.Actor[envelope] { return answering() })
	_, err2 := singleton.Start(m, "shop", answering)
	ref, err3 := actor.Spawn(n.System(), "shop", answering)
	_, err4 := receptionist.Register(m, shops, ref)
	return errors.Join(err, err2, err3, err4)
}

// orderBy asks the shop on b by way of what is named, and returns the error, or that it came late.
var orderBy = Command(func(ctx context.Context, n *Node, way string) (string, error) {
	actor.Register[place]()
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	m := n.Membership()
	body := any(place{"one"})
	if way == "answer" {
		body = "one"
	}
	question := func(replyTo actor.Ref[any]) envelope { return envelope{body, replyTo} }
	var err error
	switch way {
	case "sharding":
		var region *sharding.Region[envelope]
		if region, err = sharding.StartProxy[envelope](m, "shop"); err == nil {
			_, err = sharding.Ask(ctx, region, "one", question)
		}
	case "singleton":
		var proxy *singleton.Singleton[envelope]
		if proxy, err = singleton.Proxy[envelope](m, "shop"); err == nil {
			_, err = actor.Ask(ctx, proxy.Ref(), question)
		}
	case "router":
		var ref actor.Ref[envelope]
		if ref, err = router.New(m, shops, router.RoundRobin()); err == nil {
			_, err = actor.Ask(ctx, ref, question)
		}
	default:
		_, err = actor.Ask(ctx, actor.RefAt[envelope](n.System(), "b", "/shop"), question)
	}
	if err == nil || ctx.Err() != nil {
		return "late: ", err
	}
	return err.Error(), nil
})

var _ = Describe("a type that the other process does not know", MultiNode(Roles("a", "b"), SeedRoles("b"), Parallel(Isolated())), isolated, func() {
	BeforeEachNode(func(_ context.Context, n *Node) {
		Expect(receptionist.Start(n.Membership())).To(Succeed())
		if n.Role() == "b" {
			Expect(host(n)).To(Succeed())
		}
	})
	DescribeTable("fails an ask at once, with its name",
		func(ctx SpecContext, way, want string) {
			cluster := ClusterFrom(ctx)
			Eventually(ctx, cluster).Should(HaveMembers("a", "b"))
			Expect(orderBy.On(ctx, cluster.Node("a"), way)).To(ContainSubstring(want))
		},
		Entry("of an actor", "ref", `"b" does not know the type github.com/7aca83c2/multinode/suites/isolated_test.place: call actor.Register`),
		Entry("through sharding", "sharding", `"b" does not know the type github.com/7aca83c2/multinode/suites/isolated_test.place: call actor.Register`),
		Entry("through a singleton", "singleton", `"b" does not know the type github.com/7aca83c2/multinode/suites/isolated_test.place: call actor.Register`),
		Entry("through a router", "router", `"b" does not know the type github.com/7aca83c2/multinode/suites/isolated_test.place: call actor.Register`),
		Entry("that comes back", "answer", `"a" does not know the type github.com/7aca83c2/multinode/suites/isolated_test.receipt: call actor.Register`),
	)
})
