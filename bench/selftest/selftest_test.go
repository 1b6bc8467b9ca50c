// Package selftest_test runs what a parallel harness has to prove of itself, as one list:
// three nodes form and agree on a leader, roles and addresses are known, a crash is
// noticed, a node leaves, a pair is cut and heals, and waiting for what never comes fails.
// The detector is that of actor-ts's list (a heartbeat each 100 ms, unreachable after
// 500 ms, down 500 ms later), so that the times of the two runs can be compared. What that
// list has besides, two constructors that refuse their roles, runs no node.
package selftest_test

import (
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/cluster"
	. "github.com/7aca83c2/multinode/mnginkgo"
)

func TestSelftest(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "Selftest")
}

var _ = SynchronizedBeforeSuite(StartBroker, JoinBroker)

var tight = Options(
	Parallel(),
	ClusterOptions(cluster.WithGossipInterval(100*time.Millisecond)),
	Detector(cluster.Deadline(100*time.Millisecond, 500*time.Millisecond)),
	Downing(cluster.AutoDown(500*time.Millisecond)),
)

var _ = Describe("three nodes", MultiNode(Roles("a", "b", "c"), tight), func() {
	BeforeEach(func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
	})

	It("agree on a leader", func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(AgreeOnLeader())
	})

	It("know each other's roles and addresses", func(cluster *Cluster) {
		Expect(cluster.Roles()).To(Equal([]string{"a", "b", "c"}))
		Expect(cluster.Node("b").Address()).To(BeEquivalentTo("b"))
	})

	It("become two after a crash", func(ctx SpecContext, cluster *Cluster) {
		cluster.Crash("c")
		Eventually(ctx, cluster).Should(HaveMembers("a", "b"))
	})

	It("become two when one leaves", func(ctx SpecContext, cluster *Cluster) {
		cluster.Leave("b")
		Eventually(ctx, cluster).Should(HaveMembers("a", "c"))
	})

	It("notice a cut of a pair, and that it has healed", func(ctx SpecContext, cluster *Cluster) {
		cluster.Partition("a", "b")
		Eventually(ctx, cluster.Node("a")).Should(HaveUnreachable("b"))
		Eventually(ctx, cluster.Node("b")).Should(HaveUnreachable("a"))
		cluster.Heal("a", "b")
		Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
	})
})

var _ = Describe("one node", MultiNode(Roles("solo"), tight), func() {
	It("waits in vain for others, and says so", func(ctx SpecContext, cluster *Cluster) {
		failure := InterceptGomegaFailure(func() {
			Eventually(ctx, cluster).WithTimeout(100 * time.Millisecond).Should(HaveMembers(HaveLen(2)))
		})
		Expect(failure).To(MatchError(ContainSubstring("solo  sees  solo up")))
	})
})
