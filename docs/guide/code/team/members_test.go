package team_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

var _ = Describe("a team", MultiNode(Roles("a", "b", "c"), Boot(boot)), func() {
	It("is led by the first of those who are there", func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
		Expect(cluster).To(HaveLeader("a"))

		cluster.Crash("a")
		Eventually(ctx, cluster).Should(HaveLeader("b"))

		cluster.Restart("a")
		Eventually(ctx, cluster).Should(HaveLeader("a"))
	})
})
