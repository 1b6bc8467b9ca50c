//go:build fails

package first_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

var _ = Describe("membership, unhealed", MultiNode(Roles("a", "b", "c")), func() {
	//guide:begin unhealed
	It("comes back by itself", func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))

		cluster.Partition("a", "b")
		Eventually(ctx, cluster.Node("a")).Should(HaveUnreachable("b"))
		Eventually(ctx, cluster.Node("b")).Should(HaveUnreachable("a"))

		Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c")) // nobody has healed it
	})
	//guide:end
})
