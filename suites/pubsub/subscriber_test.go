package pubsub_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
	"github.com/7aca83c2/multinode/suites/internal/variants"
)

var _ = variants.Describe("a subscriber", Roles("a", "b", "c"), Label("pubsub"), blind, func() {
	BeforeEachNode(openDesk)
	BeforeEach(func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
		mustSubscribe(ctx, cluster, "b", subscription{"reader", "news", ""})
		mustSubscribe(ctx, cluster, "c", subscription{"reader", "news", ""})
		Eventually(ctx, cluster).Should(HaveSubscribers("news", "b", "c"))
	})

	It("that ends is none any more", func(ctx SpecContext, cluster *Cluster) {
		_, err := end.On(ctx, cluster.Node("b"), "reader")
		Expect(err).NotTo(HaveOccurred())
		Eventually(ctx, cluster).Should(HaveSubscribers("news", "c"))
		mustPublish(ctx, cluster, "a", edition{Topic: "news", First: 1, Last: 1})
		Eventually(ctx, numbers(ctx, cluster, "c", "reader", "a")).Should(Equal([]int{1}))
	})

	It("whose node leaves is none any more", Label("leave"), func(ctx SpecContext, cluster *Cluster) {
		cluster.Leave("b")
		Eventually(ctx, cluster).Should(HaveSubscribers("news", "c"))
	})

	It("does not come back with its node, but may subscribe anew", Label("restart"), func(ctx SpecContext, cluster *Cluster) {
		cluster.Restart("b")
		Eventually(ctx, cluster).Should(And(HaveMembers("a", "b", "c"), HaveSubscribers("news", "c")))
		mustSubscribe(ctx, cluster, "b", subscription{"reader", "news", ""})
		Eventually(ctx, cluster).Should(HaveSubscribers("news", "b", "c"))
		mustPublish(ctx, cluster, "a", edition{Topic: "news", First: 1, Last: 1})
		Eventually(ctx, numbers(ctx, cluster, "b", "reader", "a")).Should(Equal([]int{1}))
	})
})

var _ = variants.Describe("a subscriber whose node crashes", Roles("a", "b", "c"), Label("pubsub", "crash"), quick, func() {
	BeforeEachNode(openDesk)

	It("is none any more", func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
		mustSubscribe(ctx, cluster, "b", subscription{"reader", "news", ""})
		mustSubscribe(ctx, cluster, "c", subscription{"reader", "news", ""})
		Eventually(ctx, cluster).Should(HaveSubscribers("news", "b", "c"))
		cluster.Crash("b")
		Eventually(ctx, cluster).Should(HaveSubscribers("news", "c"))
		mustPublish(ctx, cluster, "a", edition{Topic: "news", First: 1, Last: 1})
		Eventually(ctx, numbers(ctx, cluster, "c", "reader", "a")).Should(Equal([]int{1}))
	})
})

var _ = variants.Describe("a late node", Roles("a", "b", "c"), Starting("a", "b"), Label("pubsub", "bootstrap"), blind, func() {
	BeforeEachNode(openDesk)

	It("learns of the topics that are there", func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveMembers("a", "b"))
		mustSubscribe(ctx, cluster, "a", subscription{"reader", "news", ""})
		mustSubscribe(ctx, cluster, "b", subscription{"reader", "weather", ""})
		Eventually(ctx, cluster).Should(And(HaveSubscribers("news", "a"), HaveSubscribers("weather", "b")))
		cluster.Start("c")
		Eventually(ctx, cluster).Should(And(HaveSubscribers("news", "a"), HaveSubscribers("weather", "b")))
		mustPublish(ctx, cluster, "c", edition{Topic: "news", First: 1, Last: 1})
		Eventually(ctx, numbers(ctx, cluster, "a", "reader", "c")).Should(Equal([]int{1}))
	})
})
