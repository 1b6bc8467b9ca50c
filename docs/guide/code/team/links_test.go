package team_test

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
	"github.com/7aca83c2/multinode/transport/fault"
)

//guide:begin links
var _ = Describe("a team on bad links", MultiNode(Roles("a", "b", "c"), Boot(boot)), func() {
	BeforeEach(func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
	})

	It("has a leader on the side of the majority only", Label("partition"), func(ctx SpecContext, cluster *Cluster) {
		cluster.Split(Roles("a"), Roles("b", "c"))

		Eventually(ctx, cluster.Node("a")).Should(HaveLeader(""))
		Eventually(ctx, cluster.Node("b")).Should(HaveLeader("b"))
		Eventually(ctx, cluster.Node("c")).Should(HaveLeader("b"))

		cluster.HealAll()
		Eventually(ctx, cluster).Should(HaveLeader("a"))
	})

	It("hears one way what it cannot say the other way", Label("partition"), func(ctx SpecContext, cluster *Cluster) {
		deaf := cluster.Link("a", "b").Cut()

		Eventually(ctx, cluster.Node("b")).Should(HaveUnreachable("a"))
		Consistently(ctx, cluster.Node("a")).Should(HaveMembers("a", "b", "c"))

		deaf.Undo()
		Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
	})

	It("bears a link that is slow and loses a fifth", func(ctx SpecContext, cluster *Cluster) {
		link := cluster.Pair("a", "b")
		link.Lose(0.2).MustBite()
		link.Delay(fault.Uniform(30*time.Millisecond, 20*time.Millisecond)).MustBite()

		Consistently(ctx, cluster).WithTimeout(2 * time.Second).Should(HaveMembers("a", "b", "c"))
	})
})

//guide:end
