package broken_test

import (
	"context"
	"os"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

// What runs on a role when nothing called it: told to fail, it does, and says so.
var (
	told, said chan struct{}

	runs = Command(func(context.Context, *Node, int) (int, error) {
		told, said = make(chan struct{}), make(chan struct{})
		go func() {
			defer close(said)
			<-told
			Expect("what runs").To(Equal("told"))
		}()
		return 0, nil
	})
	tells = Command(func(context.Context, *Node, int) (int, error) {
		close(told)
		<-said
		return 0, nil
	})
	defersFailing = Command(func(context.Context, *Node, int) (int, error) {
		DeferCleanup(func() { Fail("b does not clean up") })
		return 0, nil
	})
	dies = Command(func(context.Context, *Node, int) (int, error) {
		os.Exit(3)
		return 0, nil
	})
)

// failBeside has a role fail while the spec does something else.
func failBeside(ctx context.Context, cluster *Cluster) {
	for _, command := range []func(context.Context, *Handle, int) (int, error){runs.On, tells.On} {
		_, err := command(ctx, cluster.Node("b"), 0)
		Expect(err).NotTo(HaveOccurred())
	}
}

// unwilling is a node that skips the spec when it is to leave, and when it is to stop.
type unwilling struct{ role string }

func (u unwilling) Leave(context.Context) error { Skip(u.role + " does not leave"); return nil }

func (u unwilling) Stop(context.Context) error {
	if is("stopping") {
		if u.role == "b" {
			panic("b does not stop")
		}
		Skip(u.role + " does not stop")
	}
	return nil
}

var _ = broken("skips", Roles("a", "b"), Boot(func(_ context.Context, env *Env) (Instance, error) {
	return unwilling{env.Role}, nil
}), func() {
	It("skips when a role has failed", func(ctx SpecContext, cluster *Cluster) {
		failBeside(ctx, cluster)
		Skip("no time")
	})
	It("skips when a role is to fail", func(ctx SpecContext, cluster *Cluster) {
		_, err := defersFailing.On(ctx, cluster.Node("b"), 0)
		Expect(err).NotTo(HaveOccurred())
		Skip("no time")
	})
	if is("isolated") {
		It("skips when a role has died", func(ctx SpecContext, cluster *Cluster) {
			_, _ = dies.On(ctx, cluster.Node("b"), 0)
			Skip("no time")
		})
	}
	It("is skipped by a role that does not clean up", func(ctx SpecContext, cluster *Cluster) {
		if is("stopping") {
			_, err := defersFailing.On(ctx, cluster.Node("a"), 0)
			Expect(err).NotTo(HaveOccurred())
		}
	})
	It("is skipped by the role that fails last", func(ctx SpecContext, node *Node) {
		if node.Role() == "a" {
			Skip("no time")
		}
		<-ctx.Done()
		Fail("it is over")
	})
	It("is skipped by a role that does not leave", func(cluster *Cluster) { cluster.Leave("b") })
	It("is skipped by a role that does not stop", func() {})
})

// The specs of an Ordered container have the same nodes.
func ordered() {
	It("comes before", func(node *Node) { node.Barrier("here") })
	It("is guilty", func(ctx SpecContext, cluster *Cluster) {
		if is("dies") {
			_, _ = dies.On(ctx, cluster.Node("b"), 0)
			return
		}
		failBeside(ctx, cluster)
	})
	It("comes behind", func() {})
	It("comes last", func() {})
}

var _ = broken("ordered", Roles("a", "b"), Ordered, ContinueOnFailure, ordered)

var _ = kind == "ordered" && Describe("around", Ordered, ContinueOnFailure, func() {
	broken("ordered", Roles("a", "b"), ordered)
})

var _ = kind == "ordered" && broken("ordered", Roles("a", "b"), func() {
	Describe("in", Ordered, ContinueOnFailure, ordered)
})
