package recipes_test

import (
	"context"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

//guide:begin polling

// seen returns how many members a role sees; touch returns nothing but an error.
var (
	seen = Command(func(_ context.Context, node *Node, _ struct{}) (int, error) {
		return len(node.View().Members), nil
	})
	touch = Command(func(context.Context, *Node, string) (struct{}, error) { return struct{}{}, nil })
)

var _ = Describe("a command that is polled", MultiNode(Roles("a", "b"), Parallel()), func() {
	It("has a result", func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, seen.On).WithArguments(ctx, cluster.Node("b"), struct{}{}).Should(Equal(2))
	})

	It("has an error only", func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, func() error {
			_, err := touch.On(ctx, cluster.Node("b"), "x")
			return err
		}).Should(Succeed())
	})

	It("has a result that several assertions are about", func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, func(g Gomega) {
			n, err := seen.On(ctx, cluster.Node("a"), struct{}{})
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(n).To(BeNumerically(">", 1))
		}).Should(Succeed())
	})
})

//guide:end
