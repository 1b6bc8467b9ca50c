package gossip_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

var (
	_ = Describe("memberlist, in one process", MultiNode(Roles("a", "b", "c"), Boot(boot)), specs)
	_ = Describe("memberlist, in virtual time", MultiNode(Roles("a", "b", "c"), Boot(boot), Virtual()), specs)
	_ = Describe("memberlist, in a process each", MultiNode(Roles("a", "b", "c"), Boot(boot), Parallel()), specs)
)

func specs() {
	BeforeEach(func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
	})

	It("gives a node up that it cannot reach, and takes it back", func(ctx SpecContext, cluster *Cluster) {
		cluster.Isolate("c")
		Eventually(ctx, cluster.Node("a")).Should(HaveMembers("a", "b"))
		Eventually(ctx, cluster.Node("b")).Should(HaveMembers("a", "b"))
		Eventually(ctx, cluster.Node("c")).Should(HaveMembers("c"))

		cluster.Around("c").Mend()
		Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
	})

	It("asks others before it suspects: a cut between two is not enough", func(ctx SpecContext, cluster *Cluster) {
		cluster.Partition("a", "c")
		Consistently(ctx, cluster).Should(HaveMembers("a", "b", "c"))
	})

	It("gives a node up that has crashed", func(ctx SpecContext, cluster *Cluster) {
		cluster.Crash("b")
		Eventually(ctx, cluster).Should(HaveMembers("a", "c"))
		cluster.Restart("b")
		Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
	})

	It("lets a node go that leaves", func(ctx SpecContext, cluster *Cluster) {
		cluster.Leave("c")
		Eventually(ctx, cluster).Should(HaveMembers("a", "b"))
	})
}
