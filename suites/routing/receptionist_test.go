package routing_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
	"github.com/7aca83c2/multinode/suites/internal/variants"
)

var _ = variants.Describe("the receptionist", Roles("a", "b", "c"), Label("routing"), blind, func() {
	BeforeEachNode(openShop)
	BeforeEach(func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
		mustHire(ctx, cluster, "w", "b", "c")
		for _, role := range cluster.Roles() {
			Eventually(ctx, listing(ctx, cluster, role)).Should(Equal("workers: b/w, c/w; unreachable nobody"))
		}
	})

	It("forgets who ends", func(ctx SpecContext, cluster *Cluster) {
		_, err := fire.On(ctx, cluster.Node("b"), "w")
		Expect(err).NotTo(HaveOccurred())
		for _, role := range cluster.Roles() {
			Eventually(ctx, listing(ctx, cluster, role)).Should(Equal("workers: c/w; unreachable nobody"))
		}
	})

	It("forgets a former life of a node", Label("restart"), func(ctx SpecContext, cluster *Cluster) {
		cluster.Restart("b")
		Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
		for _, role := range cluster.Roles() {
			Eventually(ctx, listing(ctx, cluster, role)).Should(Equal("workers: c/w; unreachable nobody"))
		}
	})

	It("forgets who leaves", Label("leave"), func(ctx SpecContext, cluster *Cluster) {
		cluster.Leave("c")
		for _, role := range cluster.Running() {
			Eventually(ctx, listing(ctx, cluster, role)).Should(Equal("workers: b/w; unreachable nobody"))
		}
	})
})

var _ = variants.Describe("the receptionist after a crash", Roles("a", "b", "c"), Label("routing", "crash"), quick, func() {
	BeforeEachNode(openShop)

	It("forgets who was there", func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
		mustHire(ctx, cluster, "w", "b", "c")
		Eventually(ctx, listing(ctx, cluster, "a")).Should(Equal("workers: b/w, c/w; unreachable nobody"))
		cluster.Crash("b")
		for _, role := range cluster.Running() {
			Eventually(ctx, listing(ctx, cluster, role)).Should(Equal("workers: c/w; unreachable nobody"))
		}
	})
})

var _ = variants.Describe("the receptionist in a cut", Roles("a", "b"), Label("routing", "partition"), alert, func() {
	BeforeEachNode(openShop)

	It("marks who cannot be reached, and agrees once it is healed", func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveMembers("a", "b"))
		mustHire(ctx, cluster, "w", "a", "b")
		for _, role := range cluster.Roles() {
			Eventually(ctx, listing(ctx, cluster, role)).Should(Equal("workers: a/w, b/w; unreachable nobody"))
		}
		cluster.Partition("a", "b")
		Eventually(ctx, listing(ctx, cluster, "a")).Should(Equal("workers: a/w; unreachable b/w"))
		mustHire(ctx, cluster, "x", "b")
		Eventually(ctx, listing(ctx, cluster, "b")).Should(Equal("workers: b/w, b/x; unreachable a/w"))
		cluster.HealAll()
		for _, role := range cluster.Roles() {
			Eventually(ctx, listing(ctx, cluster, role)).Should(Equal("workers: a/w, b/w, b/x; unreachable nobody"))
		}
	})
})
