package wrong_test

import (
	"context"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

var echo = Command(func(_ context.Context, node *Node, text string) (string, error) {
	Expect(node.Role()).NotTo(BeEmpty())
	return node.Role() + " " + text, nil
})

// innocents are specs of the variants that do nothing wrong.
func innocents(variants ...string) {
	It("is plain", func(ctx SpecContext) {
		Consistently(ctx, func() int { return 1 }).WithTimeout(10 * time.Millisecond).Should(Equal(1))
	})
	for _, variant := range variants {
		Context(variant, MultiNode(Roles("a", "b"), append(options(variant), Boot(bootIdle))...), func() {
			BeforeEach(func(node *Node) { DeferCleanup(func() { Expect(1).To(Equal(1)) }) })
			It("is conducted", func(ctx SpecContext, cluster *Cluster) {
				Expect(echo.On(ctx, cluster.Node("a"), "here")).To(Equal("a here"))
				cluster.Crash("b")
				cluster.Start("b")
				Expect(echo.On(ctx, cluster.Node("b"), "again")).To(Equal("b again"))
			})
		})
	}
}

// members see each other, on nodes of the default boot.
func members() {
	Context("with members", MultiNode(Roles("a", "b", "c"), Parallel()), func() {
		It("runs on the roles", func(ctx SpecContext, node *Node) {
			Eventually(ctx, node).Should(HaveMembers("a", "b", "c"))
			node.Barrier("all see all")
		})
	})
}

func bootIdle(context.Context, *Env) (Instance, error) { return nil, nil }
