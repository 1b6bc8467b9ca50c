package network_test

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
	"github.com/7aca83c2/multinode/suites/internal/variants"
)

const (
	patient = 10 * time.Second
	brief   = 100 * time.Millisecond
)

var _ = variants.Describe("the network", Roles("a", "b", "c"), Label("network"), Boot(boot), func() {
	It("carries HTTP", func(ctx SpecContext, cluster *Cluster) {
		for _, from := range cluster.Roles() {
			for _, to := range cluster.Roles() {
				Expect(fetch.On(ctx, cluster.Node(from), "http://"+to+"/x")).To(Equal(to + " for /x"))
			}
		}
	})

	It("carries datagrams", func(ctx SpecContext, cluster *Cluster) {
		Expect(ping.On(ctx, cluster.Node("a"), "b:9")).To(Equal("b ping from b:9"))
		cluster.Partition("a", "b")
		Expect(ping.On(ctx, cluster.Node("a"), "b:9")).Error().To(MatchError(ContainSubstring("i/o timeout")))
		Expect(ping.On(ctx, cluster.Node("c"), "b:9")).To(Equal("b ping from b:9"))
	})

	It("stalls a connection in a cut, and goes on when it is healed", Label("partition"), func(ctx SpecContext, cluster *Cluster) {
		Expect(connect.On(ctx, cluster.Node("a"), "b:7")).Error().NotTo(HaveOccurred())
		Expect(say.On(ctx, cluster.Node("a"), line{"one", patient})).To(Equal("b one\n"))

		cluster.Link("b", "a").Cut()
		Expect(say.On(ctx, cluster.Node("a"), line{"two", brief})).Error().To(MatchError(ContainSubstring("i/o timeout")))

		cluster.HealAll()
		Expect(say.On(ctx, cluster.Node("a"), line{"three", patient})).To(Equal("b two\n"))
	})

	It("resets connections when it is told to", func(ctx SpecContext, cluster *Cluster) {
		Expect(connect.On(ctx, cluster.Node("a"), "b:7")).Error().NotTo(HaveOccurred())
		Expect(say.On(ctx, cluster.Node("a"), line{"one", patient})).To(Equal("b one\n"))
		Expect(cluster.Pair("a", "c").Reset()).To(BeZero())
		Expect(cluster.Pair("a", "b").Reset()).To(BeNumerically(">=", 1))
		Expect(say.On(ctx, cluster.Node("a"), line{"two", patient})).Error().To(MatchError(ContainSubstring("connection reset")))
	})

	It("ends the connections of a node that leaves", Label("leave"), func(ctx SpecContext, cluster *Cluster) {
		Expect(connect.On(ctx, cluster.Node("a"), "b:7")).Error().NotTo(HaveOccurred())
		Expect(say.On(ctx, cluster.Node("a"), line{"one", patient})).To(Equal("b one\n"))
		cluster.Leave("b")
		Expect(say.On(ctx, cluster.Node("a"), line{"two", patient})).Error().To(MatchError(MatchRegexp("EOF|connection reset|broken pipe")))
	})

	It("refuses where nobody listens", func(ctx SpecContext, cluster *Cluster) {
		Expect(connect.On(ctx, cluster.Node("a"), "b:8")).Error().To(MatchError(ContainSubstring("connection refused")))
	})

	It("resets the connections of a node that was restarted", Label("crash"), func(ctx SpecContext, cluster *Cluster) {
		Expect(connect.On(ctx, cluster.Node("a"), "b:7")).Error().NotTo(HaveOccurred())
		Expect(say.On(ctx, cluster.Node("a"), line{"one", patient})).To(Equal("b one\n"))
		cluster.Restart("b")
		Expect(say.On(ctx, cluster.Node("a"), line{"two", patient})).Error().To(MatchError(ContainSubstring("connection reset")))
		Expect(connect.On(ctx, cluster.Node("a"), "b:7")).Error().NotTo(HaveOccurred())
		Expect(say.On(ctx, cluster.Node("a"), line{"three", patient})).To(Equal("b three\n"))
	})
})

var _ = variants.Describe("a connection timeout", Roles("a", "b"), Label("network"), Boot(boot), ConnectionTimeout(200*time.Millisecond), func() {
	It("ends a connection in a cut", Label("partition"), func(ctx SpecContext, cluster *Cluster) {
		Expect(connect.On(ctx, cluster.Node("a"), "b:7")).Error().NotTo(HaveOccurred())
		cluster.Link("a", "b").Cut()
		Expect(say.On(ctx, cluster.Node("a"), line{"one", patient})).Error().To(MatchError(ContainSubstring("connection timed out")))
		Expect(connect.On(ctx, cluster.Node("a"), "b:7")).Error().To(MatchError(ContainSubstring("connection timed out")))
	})
})
