package first_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

var _ = Describe("membership", MultiNode(Roles("a", "b", "c")), func() {
	It("marks both sides of a cut unreachable, and forgets it once healed",
		func(ctx SpecContext, cluster *Cluster) {
			Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))

			cluster.Partition("a", "b")
			Eventually(ctx, cluster.Node("a")).Should(HaveUnreachable("b"))
			Eventually(ctx, cluster.Node("b")).Should(HaveUnreachable("a"))

			cluster.Heal("a", "b")
			Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
		})
})
