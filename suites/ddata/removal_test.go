package ddata_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
	"github.com/7aca83c2/multinode/suites/internal/variants"
)

var _ = variants.Describe("a node that is gone", Roles("a", "b", "c"), mortal, variants.WaitsForTime, Label("crash"), func() {
	BeforeEachNode(replicate)
	BeforeEach(func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
		for _, role := range cluster.Roles() {
			Expect(add.On(ctx, cluster.Node(role), counting{1, byAll(long)})).Error().NotTo(HaveOccurred())
			Expect(name.On(ctx, cluster.Node(role), naming{Add: []string{role}, How: byAll(long)})).Error().NotTo(HaveOccurred())
			Expect(pruned.On(ctx, cluster.Node("a"), life{role, 1})).To(BeFalse())
		}
	})

	for _, role := range []string{"a", "c"} {
		It("leaves behind what it did, as "+role+", but no entry of its own", func(ctx SpecContext, cluster *Cluster) {
			cluster.Crash(role)
			eachHas(ctx, cluster, pruned, life{role, 1}, true)
			eachHas(ctx, cluster, count, locally, int64(3))
			eachHas(ctx, cluster, named, locally, []string{"a", "b", "c"})
		})
	}

	It("comes back as another one, and goes on counting", func(ctx SpecContext, cluster *Cluster) {
		for i := range uint64(3) {
			cluster.Restart("c")
			Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
			Expect(add.On(ctx, cluster.Node("c"), counting{1, byAll(long)})).Error().NotTo(HaveOccurred())
			eachHas(ctx, cluster, pruned, life{"c", i + 1}, true)
			eachHas(ctx, cluster, count, locally, int64(4+i))
		}
		eachHas(ctx, cluster, named, locally, []string{"a", "b", "c"})
	})

	It("has handed over, if it left", func(ctx SpecContext, cluster *Cluster) {
		Expect(add.On(ctx, cluster.Node("b"), counting{10, locally})).Error().NotTo(HaveOccurred())
		cluster.Leave("b")
		eachHas(ctx, cluster, count, locally, int64(13))
		eachHas(ctx, cluster, pruned, life{"b", 1}, true)
		eachHas(ctx, cluster, count, locally, int64(13))
	})
})
