package pubsub_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
	"github.com/7aca83c2/multinode/suites/internal/variants"
)

var _ = variants.Describe("a split", Roles("a", "b", "c", "d"), Label("pubsub", "partition"), alert, func() {
	BeforeEachNode(openDesk)
	BeforeEach(func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c", "d"))
		mustSubscribe(ctx, cluster, "b", subscription{"reader", "news", ""})
		mustSubscribe(ctx, cluster, "d", subscription{"reader", "news", ""})
		Eventually(ctx, cluster).Should(HaveSubscribers("news", "b", "d"))
		cluster.Split(Roles("a", "b"), Roles("c", "d"))
	})

	It("leaves each side with its own messages, also once it is healed", func(ctx SpecContext, cluster *Cluster) {
		mustPublish(ctx, cluster, "a", edition{Topic: "news", First: 1, Last: 10})
		mustPublish(ctx, cluster, "c", edition{Topic: "news", First: 1, Last: 10})
		Eventually(ctx, numbers(ctx, cluster, "b", "reader", "a")).Should(Equal(span(1, 10)))
		Eventually(ctx, numbers(ctx, cluster, "d", "reader", "c")).Should(Equal(span(1, 10)))
		witnessed(ctx, cluster, "a", "b")
		witnessed(ctx, cluster, "c", "d")

		cluster.HealAll()
		Eventually(ctx, cluster).Should(And(HaveMembers("a", "b", "c", "d"), HaveSubscribers("news", "b", "d")))
		mustPublish(ctx, cluster, "a", edition{Topic: "news", First: 11, Last: 12})
		mustPublish(ctx, cluster, "c", edition{Topic: "news", First: 11, Last: 12})
		Eventually(ctx, numbers(ctx, cluster, "b", "reader", "a")).Should(Equal(span(1, 12)))
		Eventually(ctx, numbers(ctx, cluster, "b", "reader", "c")).Should(Equal(span(11, 12)))
		Eventually(ctx, numbers(ctx, cluster, "d", "reader", "c")).Should(Equal(span(1, 12)))
		Eventually(ctx, numbers(ctx, cluster, "d", "reader", "a")).Should(Equal(span(11, 12)))
		Consistently(ctx, numbers(ctx, cluster, "d", "reader", "a")).Should(Equal(span(11, 12)))
	})

	It("keeps subscriptions made meanwhile on their side until it is healed", func(ctx SpecContext, cluster *Cluster) {
		mustSubscribe(ctx, cluster, "a", subscription{"late", "news", ""})
		mustSubscribe(ctx, cluster, "c", subscription{"late", "weather", ""})
		_, err := end.On(ctx, cluster.Node("d"), "reader")
		Expect(err).NotTo(HaveOccurred())
		Eventually(ctx, cluster.Node("b")).Should(HaveSubscribers("news", "a", "b", "d"))
		Eventually(ctx, cluster.Node("c")).Should(HaveSubscribers("news", "b"))
		Consistently(ctx, cluster.Node("b")).Should(And(HaveSubscribers("news", "a", "b", "d"), HaveSubscribers("weather", 0)))

		cluster.HealAll()
		Eventually(ctx, cluster).Should(And(HaveSubscribers("news", "a", "b"), HaveSubscribers("weather", "c")))
	})

	It("has groups choose among those who can be reached", func(ctx SpecContext, cluster *Cluster) {
		cluster.HealAll()
		for _, role := range []string{"b", "d"} {
			mustSubscribe(ctx, cluster, role, subscription{"billing", "orders", "billing"})
		}
		Eventually(ctx, cluster).Should(HaveSubscribers("orders", "b", "d"))
		cluster.Split(Roles("a", "b"), Roles("c", "d"))
		Eventually(ctx, func() (int, error) {
			return reachable.On(ctx, cluster.Node("a"), "orders")
		}).Should(Equal(1))
		mustPublish(ctx, cluster, "a", edition{Topic: "orders", First: 1, Last: 10})
		Eventually(ctx, numbers(ctx, cluster, "b", "billing", "a")).Should(Equal(span(1, 10)))
	})
})

// The cut of one pair leaves the third node, which knows what both do.
var _ = variants.Describe("an indirect cut", Roles("a", "b", "c"), Label("pubsub", "partition"), alert, func() {
	BeforeEachNode(openDesk)

	It("lets subscriptions find their way round", func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
		cluster.Partition("a", "b")
		mustSubscribe(ctx, cluster, "a", subscription{"reader", "news", ""})
		Eventually(ctx, cluster).Should(HaveSubscribers("news", "a"))
		cluster.Heal("a", "b")
		Eventually(ctx, cluster).Should(And(HaveMembers("a", "b", "c"), HaveSubscribers("news", "a")))
	})
})
