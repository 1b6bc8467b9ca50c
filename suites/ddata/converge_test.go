package ddata_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
	"github.com/7aca83c2/multinode/suites/internal/variants"
)

var _ = variants.Describe("data", Roles("a", "b", "c"), alert, func() {
	BeforeEachNode(replicate)
	BeforeEach(func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
	})

	It("that one node changes is what all have", func(ctx SpecContext, cluster *Cluster) {
		for _, role := range cluster.Roles() {
			Expect(add.On(ctx, cluster.Node(role), counting{2, locally})).Error().NotTo(HaveOccurred())
			Expect(name.On(ctx, cluster.Node(role), naming{Add: []string{role}, How: locally})).Error().NotTo(HaveOccurred())
			Expect(score.On(ctx, cluster.Node(role), scoring{"x", 3})).Error().NotTo(HaveOccurred())
			Expect(score.On(ctx, cluster.Node(role), scoring{role, -1})).Error().NotTo(HaveOccurred())
			Expect(proclaim.On(ctx, cluster.Node(role), "by "+role)).Error().NotTo(HaveOccurred())
		}
		eachHas(ctx, cluster, count, locally, int64(6))
		eachHas(ctx, cluster, named, locally, []string{"a", "b", "c"})
		eachHas(ctx, cluster, scored, nothing{}, map[string]int64{"x": 9, "a": -1, "b": -1, "c": -1})
		eachHas(ctx, cluster, proclaimed, nothing{}, "by c")
	})

	It("that is taken out on one node is taken out on all", func(ctx SpecContext, cluster *Cluster) {
		Expect(name.On(ctx, cluster.Node("a"), naming{Add: []string{"x", "y"}, How: byAll(long)})).Error().NotTo(HaveOccurred())
		Expect(name.On(ctx, cluster.Node("b"), naming{Remove: []string{"x"}, How: locally})).Error().NotTo(HaveOccurred())
		eachHas(ctx, cluster, named, locally, []string{"y"})
	})

	It("changed on both sides of a cut is merged once it heals", Label("partition"), func(ctx SpecContext, cluster *Cluster) {
		Expect(name.On(ctx, cluster.Node("a"), naming{Add: []string{"fought over", "dropped"}, How: byAll(long)})).Error().NotTo(HaveOccurred())
		Expect(score.On(ctx, cluster.Node("a"), scoring{"x", 5})).Error().NotTo(HaveOccurred())
		eachHas(ctx, cluster, scored, nothing{}, map[string]int64{"x": 5})

		cluster.Split(Roles("a", "b"), Roles("c"))
		for _, role := range cluster.Roles() {
			Expect(add.On(ctx, cluster.Node(role), counting{1, locally})).Error().NotTo(HaveOccurred())
			Expect(name.On(ctx, cluster.Node(role), naming{Add: []string{role}, How: locally})).Error().NotTo(HaveOccurred())
		}
		Expect(name.On(ctx, cluster.Node("a"), naming{Remove: []string{"fought over", "dropped"}, How: locally})).Error().NotTo(HaveOccurred())
		Expect(name.On(ctx, cluster.Node("c"), naming{Add: []string{"fought over"}, How: locally})).Error().NotTo(HaveOccurred())
		Expect(score.On(ctx, cluster.Node("b"), scoring{"x", 0})).Error().NotTo(HaveOccurred())
		Expect(score.On(ctx, cluster.Node("b"), scoring{"x", 1})).Error().NotTo(HaveOccurred())
		Expect(score.On(ctx, cluster.Node("c"), scoring{"x", 20})).Error().NotTo(HaveOccurred())
		Eventually(ctx, cluster.Node("c")).Should(HaveUnreachable("a", "b"))
		Expect(count.On(ctx, cluster.Node("c"), locally)).To(BeEquivalentTo(1))

		cluster.HealAll()
		eachHas(ctx, cluster, count, locally, int64(3))
		eachHas(ctx, cluster, named, locally, []string{"a", "b", "c", "fought over"})
		eachHas(ctx, cluster, scored, nothing{}, map[string]int64{"x": 21}) // the 5 were taken out
	})

	It("gets around a cut between two nodes by way of the third", Label("partition"), func(ctx SpecContext, cluster *Cluster) {
		cluster.Partition("a", "b")
		Expect(add.On(ctx, cluster.Node("a"), counting{1, locally})).Error().NotTo(HaveOccurred())
		Expect(add.On(ctx, cluster.Node("b"), counting{2, locally})).Error().NotTo(HaveOccurred())
		eachHas(ctx, cluster, count, locally, int64(3))
	})

	It("is mended after a cut that nobody has noticed", Label("partition"), func(ctx SpecContext, cluster *Cluster) {
		cluster.Isolate("a")
		Expect(add.On(ctx, cluster.Node("a"), counting{1, locally})).Error().NotTo(HaveOccurred())
		Expect(add.On(ctx, cluster.Node("b"), counting{2, locally})).Error().NotTo(HaveOccurred())
		cluster.Around("a").Mend()
		eachHas(ctx, cluster, count, locally, int64(3))
	})
})

var _ = variants.Describe("a node that comes late", Roles("a", "b", "c"), Starting("a", "b"), alert, func() {
	BeforeEachNode(replicate)

	It("gets all that is there", func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveMembers("a", "b"))
		for _, role := range cluster.Running() {
			Expect(add.On(ctx, cluster.Node(role), counting{4, locally})).Error().NotTo(HaveOccurred())
			Expect(name.On(ctx, cluster.Node(role), naming{Add: []string{role}, How: locally})).Error().NotTo(HaveOccurred())
		}
		cluster.Start("c")
		eachHas(ctx, cluster, count, locally, int64(8))
		eachHas(ctx, cluster, named, locally, []string{"a", "b"})
	})
})
