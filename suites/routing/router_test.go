package routing_test

import (
	"slices"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
	"github.com/7aca83c2/multinode/suites/internal/variants"
)

var strategies = []string{"round robin", "random", "consistent hash", "least loaded"}

var _ = variants.Describe("a router", Roles("a", "b", "c"), Label("routing"), blind, func() {
	BeforeEachNode(openShop)
	BeforeEach(func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
		mustHire(ctx, cluster, "w", "a", "b", "c")
		Eventually(ctx, listing(ctx, cluster, "a")).Should(Equal("workers: a/w, b/w, c/w; unreachable nobody"))
	})

	for _, strategy := range strategies {
		It("uses them all, "+strategy, func(ctx SpecContext, cluster *Cluster) {
			mustRoute(ctx, cluster, "a", strategy)
			Expect(count(mustAsk(ctx, cluster, "a", keys(60)))).To(And(HaveKey("a/w"), HaveKey("b/w"), HaveKey("c/w")))
		})

		It("goes on without one that ends or leaves, "+strategy, Label("leave"), func(ctx SpecContext, cluster *Cluster) {
			mustRoute(ctx, cluster, "a", strategy)
			_, err := fire.On(ctx, cluster.Node("a"), "w")
			Expect(err).NotTo(HaveOccurred())
			Eventually(ctx, listing(ctx, cluster, "a")).Should(Equal("workers: b/w, c/w; unreachable nobody"))
			Expect(count(mustAsk(ctx, cluster, "a", keys(60)))).To(HaveLen(2))

			cluster.Leave("b")
			Expect(count(mustAsk(ctx, cluster, "a", keys(10)))).To(Equal(map[string]int{"c/w": 10}))
		})
	}

	It("has them take turns", func(ctx SpecContext, cluster *Cluster) {
		mustRoute(ctx, cluster, "a", "round robin")
		Expect(count(mustAsk(ctx, cluster, "a", keys(30)))).To(Equal(map[string]int{"a/w": 10, "b/w": 10, "c/w": 10}))
	})

	It("sends a key to the same one, and moves only the keys of who goes", func(ctx SpecContext, cluster *Cluster) {
		mustRoute(ctx, cluster, "a", "consistent hash")
		before := mustAsk(ctx, cluster, "a", keys(100))
		Expect(mustAsk(ctx, cluster, "a", keys(100))).To(Equal(before))
		_, err := fire.On(ctx, cluster.Node("b"), "w")
		Expect(err).NotTo(HaveOccurred())
		Eventually(ctx, listing(ctx, cluster, "a")).Should(Equal("workers: a/w, c/w; unreachable nobody"))
		for i, who := range mustAsk(ctx, cluster, "a", keys(100)) {
			if before[i] == "b/w" {
				Expect(who).NotTo(Equal("b/w"))
			} else {
				Expect(who).To(Equal(before[i]))
			}
		}
	})
})

var _ = variants.Describe("a router whose routee's node crashes", Roles("a", "b", "c"), Label("routing", "crash"), variants.WaitsForTime, quick, func() {
	BeforeEachNode(openShop)

	for _, strategy := range strategies {
		It("goes on with the others, "+strategy, func(ctx SpecContext, cluster *Cluster) {
			Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
			mustHire(ctx, cluster, "w", "a", "c")
			Eventually(ctx, listing(ctx, cluster, "a")).Should(Equal("workers: a/w, c/w; unreachable nobody"))
			mustRoute(ctx, cluster, "a", strategy)
			cluster.Crash("c")
			Eventually(ctx, listing(ctx, cluster, "a")).Should(Equal("workers: a/w; unreachable nobody"))
			Expect(count(mustAsk(ctx, cluster, "a", keys(20)))).To(Equal(map[string]int{"a/w": 20}))
		})
	}
})

var _ = variants.Describe("a router with a busy routee", Roles("a", "b"), Label("routing"), blind, func() {
	BeforeEachNode(openShop)

	It("spares it until it has caught up", func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveMembers("a", "b"))
		mustHire(ctx, cluster, "w", "b")
		Eventually(ctx, listing(ctx, cluster, "a")).Should(Equal("workers: b/w; unreachable nobody"))
		mustRoute(ctx, cluster, "a", "least loaded")
		_, err := tell.On(ctx, cluster.Node("a"), slices.Repeat([]string{"block"}, 20))
		Expect(err).NotTo(HaveOccurred())
		mustHire(ctx, cluster, "x", "a")
		// The reports of what it has done come behind its answers, but not twenty behind.
		Expect(count(mustAsk(ctx, cluster, "a", keys(15)))).To(Equal(map[string]int{"a/x": 15}))

		_, err = unblock.On(ctx, cluster.Node("b"), "w")
		Expect(err).NotTo(HaveOccurred())
		Eventually(ctx, func() map[string]int { return count(mustAsk(ctx, cluster, "a", keys(10))) }).Should(HaveKey("b/w"))
	})
})

var _ = variants.Describe("a router without routees", Roles("a", "b"), Label("routing"), func() {
	BeforeEachNode(openShop)

	It("keeps messages for the first one, as many as fit", func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveMembers("a", "b"))
		mustRoute(ctx, cluster, "a", "round robin")
		before, err := tell.On(ctx, cluster.Node("a"), keys(10))
		Expect(err).NotTo(HaveOccurred())
		Expect(tell.On(ctx, cluster.Node("a"), []string{"one", "more"})).To(BeNumerically(">=", before+2), "ten fit")
		mustHire(ctx, cluster, "w", "b")
		Eventually(ctx, func() ([]string, error) { return did.On(ctx, cluster.Node("b"), "w") }).Should(Equal(keys(10)))
	})
})

var _ = variants.Describe("a router in a cut", Roles("a", "b"), Label("routing", "partition"), variants.WaitsForTime, alert, func() {
	BeforeEachNode(openShop)

	for _, strategy := range strategies {
		It("uses those on its side, "+strategy, func(ctx SpecContext, cluster *Cluster) {
			Eventually(ctx, cluster).Should(HaveMembers("a", "b"))
			mustHire(ctx, cluster, "w", "a", "b")
			Eventually(ctx, listing(ctx, cluster, "a")).Should(Equal("workers: a/w, b/w; unreachable nobody"))
			mustRoute(ctx, cluster, "a", strategy)
			cluster.Partition("a", "b")
			Eventually(ctx, listing(ctx, cluster, "a")).Should(Equal("workers: a/w; unreachable b/w"))
			Expect(count(mustAsk(ctx, cluster, "a", keys(20)))).To(Equal(map[string]int{"a/w": 20}))
			cluster.HealAll()
			Eventually(ctx, listing(ctx, cluster, "a")).Should(Equal("workers: a/w, b/w; unreachable nobody"))
			Expect(count(mustAsk(ctx, cluster, "a", keys(60)))).To(HaveLen(2))
		})
	}
})
