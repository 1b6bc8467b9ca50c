package membership_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
	"github.com/7aca83c2/multinode/suites/internal/variants"
)

var _ = variants.Describe("the leader", Roles("a", "b", "c"), Label("leader"), quick, func() {
	It("is the same for all, and another one after its crash", func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(And(HaveMembers("a", "b", "c"), AgreeOnLeader(), HaveLeader("a")))

		cluster.Crash("a")
		Eventually(ctx, cluster).Should(And(AgreeOnLeader(), HaveLeader(Not(Equal("a")))))
	})
})
