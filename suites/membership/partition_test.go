package membership_test

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/cluster"
	. "github.com/7aca83c2/multinode/mnginkgo"
	"github.com/7aca83c2/multinode/suites/internal/variants"
)

// alert is a detector that finds out soon; nobody is downed.
var alert = Detector(cluster.Deadline(20*time.Millisecond, 120*time.Millisecond))

var _ = variants.Describe("a partition", Roles("a", "b", "c"), Label("partition"), alert, func() {
	BeforeEach(func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(And(HaveMembers("a", "b", "c"), HaveConverged()))
	})

	It("of a pair is seen by both and forgotten once healed", func(ctx SpecContext, cluster *Cluster) {
		cluster.Partition("a", "b")
		Eventually(ctx, cluster.Node("a")).Should(HaveUnreachable("b"))
		Eventually(ctx, cluster.Node("b")).Should(HaveUnreachable("a"))
		Consistently(ctx, cluster.Node("c")).Should(HaveMembers("a", "b", "c"), "the third sees both")
		Expect(cluster).To(And(HaveStatus("a", Up), HaveStatus("b", Up)))

		cluster.Heal("a", "b")
		Eventually(ctx, cluster).Should(And(HaveMembers("a", "b", "c"), HaveConverged()))
	})

	It("in one direction is seen by the side that no longer hears", func(ctx SpecContext, cluster *Cluster) {
		cluster.Link("a", "c").Cut()
		Eventually(ctx, cluster.Node("c")).Should(HaveUnreachable("a"))
		cluster.Link("a", "c").Mend()
		Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
	})

	It("that isolates one is seen by all", func(ctx SpecContext, cluster *Cluster) {
		cluster.Isolate("c")
		Eventually(ctx, cluster.Node("a")).Should(HaveUnreachable("c"))
		Eventually(ctx, cluster.Node("b")).Should(HaveUnreachable("c"))
		Eventually(ctx, cluster.Node("c")).Should(HaveUnreachable("a", "b"))
		cluster.Around("c").Mend()
		Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
	})

	It("outlives a restart", func(ctx SpecContext, cluster *Cluster) {
		cluster.Isolate("c")
		cluster.Restart("c")
		Consistently(ctx, cluster.Node("c")).ShouldNot(HaveMembers(ContainElement("a")))
		cluster.HealAll()
		Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
	})
})

var _ = variants.Describe("a split", Roles("a", "b", "c", "d", "e"), Label("partition"), alert, func() {
	It("leaves each side whole, until it is healed", func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c", "d", "e"))
		cluster.Split(Roles("a", "b", "c"), Roles("d", "e"))
		for _, role := range []string{"a", "b", "c"} {
			Eventually(ctx, cluster.Node(role)).Should(HaveUnreachable("d", "e"))
		}
		for _, role := range []string{"d", "e"} {
			Eventually(ctx, cluster.Node(role)).Should(HaveUnreachable("a", "b", "c"))
		}
		cluster.HealAll()
		Eventually(ctx, cluster).Should(And(HaveMembers("a", "b", "c", "d", "e"), HaveConverged()))
	})

	It("needs two groups without overlap", func(cluster *Cluster) {
		Expect(InterceptGomegaFailure(func() { cluster.Split(Roles("a", "b")) })).To(
			MatchError(`split(a, b): needs two groups or more: Roles("a"), Roles("...")`))
		Expect(InterceptGomegaFailure(func() { cluster.Split(Roles("a", "b"), Roles("b", "c")) })).To(
			MatchError(`split(a, b | b, c): role "b" is named twice: a link needs two different roles`))
	})
})
