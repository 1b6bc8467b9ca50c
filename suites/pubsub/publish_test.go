package pubsub_test

import (
	"slices"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
	"github.com/7aca83c2/multinode/suites/internal/variants"
)

var _ = variants.Describe("publishing", Roles("a", "b", "c"), Label("pubsub"), blind, func() {
	BeforeEachNode(openDesk)
	BeforeEach(func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
	})

	It("reaches every subscriber once, in each publisher's order", func(ctx SpecContext, cluster *Cluster) {
		for _, role := range []string{"b", "c"} {
			mustSubscribe(ctx, cluster, role, subscription{"first", "news", ""})
			mustSubscribe(ctx, cluster, role, subscription{"second", "news", ""})
		}
		Eventually(ctx, cluster).Should(HaveSubscribers("news", "b", "b", "c", "c"))
		for first := 1; first <= 91; first += 10 {
			mustPublish(ctx, cluster, "a", edition{Topic: "news", First: first, Last: first + 9})
			mustPublish(ctx, cluster, "b", edition{Topic: "news", First: first, Last: first + 9})
		}
		for _, role := range []string{"b", "c"} {
			for _, reader := range []string{"first", "second"} {
				for _, publisher := range []string{"a", "b"} {
					Eventually(ctx, numbers(ctx, cluster, role, reader, publisher)).Should(Equal(span(1, 100)))
				}
			}
		}
	})

	It("is for who subscribes, until it cancels", func(ctx SpecContext, cluster *Cluster) {
		mustSubscribe(ctx, cluster, "b", subscription{"reader", "news", ""})
		mustSubscribe(ctx, cluster, "c", subscription{"reader", "news", ""})
		mustSubscribe(ctx, cluster, "c", subscription{"other", "weather", ""})
		Eventually(ctx, cluster).Should(And(HaveSubscribers("news", "b", "c"), HaveSubscribers("weather", "c")))
		_, err := cancel.On(ctx, cluster.Node("b"), "reader")
		Expect(err).NotTo(HaveOccurred())
		Eventually(ctx, cluster).Should(HaveSubscribers("news", "c"))
		mustPublish(ctx, cluster, "a", edition{Topic: "news", First: 1, Last: 1})
		Eventually(ctx, numbers(ctx, cluster, "c", "reader", "a")).Should(Equal([]int{1}))
		Consistently(ctx, numbers(ctx, cluster, "b", "reader", "a")).Should(BeEmpty())
		Expect(received.On(ctx, cluster.Node("c"), "other")).To(BeEmpty())
	})

	It("on one node only stays there", func(ctx SpecContext, cluster *Cluster) {
		mustSubscribe(ctx, cluster, "a", subscription{"reader", "news", ""})
		mustSubscribe(ctx, cluster, "b", subscription{"reader", "news", ""})
		Eventually(ctx, cluster).Should(HaveSubscribers("news", 2))
		mustPublish(ctx, cluster, "a", edition{Topic: "news", Local: true, First: 1, Last: 3})
		mustPublish(ctx, cluster, "a", edition{Topic: "news", First: 4, Last: 4})
		Eventually(ctx, numbers(ctx, cluster, "a", "reader", "a")).Should(Equal(span(1, 4)))
		Eventually(ctx, numbers(ctx, cluster, "b", "reader", "a")).Should(Equal([]int{4}))
	})

	It("gives one of each group each message", func(ctx SpecContext, cluster *Cluster) {
		for _, role := range cluster.Roles() {
			mustSubscribe(ctx, cluster, role, subscription{"billing", "orders", "billing"})
		}
		mustSubscribe(ctx, cluster, "c", subscription{"shipping", "orders", "shipping"})
		Eventually(ctx, cluster).Should(HaveSubscribers("orders", "a", "b", "c", "c"))
		mustPublish(ctx, cluster, "a", edition{Topic: "orders", First: 1, Last: 30})
		mustPublish(ctx, cluster, "a", edition{Topic: "orders", Group: "billing", First: 31, Last: 33})
		Eventually(ctx, numbers(ctx, cluster, "c", "shipping", "a")).Should(Equal(span(1, 30)))
		Eventually(ctx, func(g Gomega) []int {
			var all []int
			for _, role := range cluster.Roles() {
				got := numbers(ctx, cluster, role, "billing", "a")(g)
				g.Expect(got).To(HaveLen(11), "they take turns")
				g.Expect(slices.IsSorted(got)).To(BeTrue())
				all = append(all, got...)
			}
			return all
		}).Should(ConsistOf(span(1, 33)))
	})

	It("fails at the sender when a message cannot be encoded", func(ctx SpecContext, cluster *Cluster) {
		mustSubscribe(ctx, cluster, "b", subscription{"reader", "news", ""})
		Eventually(ctx, cluster).Should(HaveSubscribers("news", "b"))
		_, err := publishUnregistered.On(ctx, cluster.Node("a"), "news")
		Expect(err).To(MatchError(ContainSubstring("field Any: pubsub_test.unregistered is not registered")))
	})
})
