//go:build unix

package isolated_test

import (
	"context"
	"os"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

// give has a node give up by itself.
var give = Command(func(_ context.Context, _ *Node, code int) (int, error) {
	os.Exit(code)
	return 0, nil
})

var _ = Describe("an exit", alone(quick), isolated, func() {
	It("has its code, and the role comes back", func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
		cluster.Exit(3, "a", "b")
		Expect(cluster.Node("a")).To(And(HaveExited(3), Not(HaveExited(0))))
		Expect(cluster.Node("b")).To(HaveExited(3))
		_, err := cluster.Node("b").View()
		Expect(err).To(MatchError("role b is gone after an exit"))
		Eventually(ctx, cluster).Should(HaveMembers("c"))
		cluster.Restart("a", "b")
		Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
		Expect(cluster.Node("a")).NotTo(HaveExited(3))
	})

	It("of the node's own is no failure once the spec has said that it may", func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
		cluster.MayExit("b")
		_, err := give.On(ctx, cluster.Node("b"), 7)
		Expect(err).To(MatchError(ContainSubstring("died: exit status 7")))
		Expect(cluster.Node("b")).To(HaveExited(7))
		Expect(cluster.Running()).To(Equal([]string{"a", "c"}))
		Eventually(ctx, cluster).Should(HaveMembers("a", "c"))
		cluster.Start("b")
		Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
	})

	It("follows a leave, with code 0", func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
		cluster.Leave("b")
		Expect(cluster.Node("b")).To(HaveExited(0))
		cluster.Start("b")
		Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
	})

	It("has a code from 0 to 255", func(cluster *Cluster) {
		Expect(InterceptGomegaFailure(func() { cluster.Exit(256, "b") })).To(
			MatchError("exit(256, b): an exit code is 0 to 255"))
	})
})

var _ = Describe("bodies on the roles", alone(quick), isolated, func() {
	BeforeEach(func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
	})

	It("meet at barriers, each in a process of its own", func(ctx SpecContext, node *Node) {
		node.Barrier("one")
		Eventually(ctx, node).Should(HaveMembers("a", "b", "c"))
		node.Barrier("two")
		Expect(os.Getenv("GINKGO_PARALLEL_PROCESS")).To(BeEmpty())
	})

	Describe("one of which may exit", func() {
		BeforeEach(func(cluster *Cluster) { cluster.MayExit("b") })

		It("go on without it", func(ctx SpecContext, node *Node) {
			node.Barrier("all")
			if node.Role() == "b" {
				os.Exit(0)
			}
			Eventually(ctx, node).Should(HaveMembers("a", "c"))
		})

		AfterEach(func(cluster *Cluster) { Expect(cluster.Node("b")).To(HaveExited(0)) })
	})
})

var _ = Describe("Isolated", MultiNode(Roles("a"), Isolated(), Parallel()), isolated, func() {
	It("stands beside Parallel in any order", func(ctx SpecContext, cluster *Cluster) {
		cluster.Exit(3, "a")
		Expect(cluster.Node("a")).To(HaveExited(3))
	})
})
