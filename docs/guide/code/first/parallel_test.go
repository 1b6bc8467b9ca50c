package first_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

//guide:begin parallel
var _ = Describe("membership", MultiNode(Roles("a", "b", "c"), Parallel()), func() {
	//guide:end
	It("is agreed on", func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
	})
})
