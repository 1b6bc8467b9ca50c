package broken_test

import (
	"context"
	"errors"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

var _ = broken("panic", Roles("a", "b"), func() {
	It("panics on b", func(node *Node) {
		node.Barrier("both")
		if node.Role() == "b" {
			node.Log().Info("about to panic")
			countIn(nil)
		}
		node.Barrier("never")
	})
})

func countIn(counts map[string]int) { counts["x"]++ }

var _ = broken("expect", Roles("a", "b"), func() {
	It("expects on b what is not so", func(node *Node) {
		node.Barrier("both")
		Expect(node.Role()).To(Equal("a"))
	})
})

var _ = broken("fail", Roles("a", "b"), func() {
	It("calls Fail on b", func(node *Node) {
		if node.Role() == "b" {
			Fail("b gives up")
		}
	})
})

var (
	stumble = Command(func(_ context.Context, _ *Node, counts map[string]int) (int, error) {
		countIn(counts)
		return 0, nil
	})
	refuse = Command(func(context.Context, *Node, string) (int, error) { return 0, errors.New("not today") })
	assert = Command(func(_ context.Context, node *Node, want string) (int, error) {
		Expect(node.Role()).To(Equal(want))
		return 0, nil
	})
)

var _ = broken("command", Roles("a", "b"), func() {
	It("panics in a command", func(ctx SpecContext, cluster *Cluster) {
		Expect(stumble.On(ctx, cluster.Node("b"), nil)).To(Equal(1))
	})
	It("fails an assertion in a command", func(ctx SpecContext, cluster *Cluster) {
		Expect(assert.On(ctx, cluster.Node("b"), "a")).To(Equal(1))
	})
	It("has an error from a command", func(ctx SpecContext, cluster *Cluster) {
		Expect(refuse.On(ctx, cluster.Node("b"), "tea")).To(Equal(1))
	})
})

var _ = broken("barrier", Roles("a", "b", "c"), BarrierTimeout(100e6), func() {
	It("ends on c without the barrier", func(node *Node) {
		if node.Role() != "c" {
			node.Barrier("ready")
		}
	})
	It("keeps c from the barrier", func(ctx SpecContext, node *Node) {
		if node.Role() == "c" {
			<-ctx.Done()
		}
		node.Barrier("ready") // kept
	})
})

var _ = broken("verbs", Roles("a", "b"), func() {
	It("cuts a role from itself", func(cluster *Cluster) { cluster.Partition("a", "a") })
	It("crashes a stranger", func(cluster *Cluster) { cluster.Crash("z") })
	It("crashes one twice", func(cluster *Cluster) {
		cluster.Crash("a")
		cluster.Crash("a") // again
	})
	It("kills a stranger", func(cluster *Cluster) { cluster.Kill("z") })
	It("kills one twice", func(cluster *Cluster) {
		cluster.Kill("a")
		cluster.Kill("a") // again
	})
	It("asks for a stranger", func(cluster *Cluster) { Expect(cluster.Node("z")).To(HaveMembers("z")) })
})
