package sharding_test

import (
	"context"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/cluster/downing"
	"github.com/7aca83c2/multinode/cluster/sharding"
	. "github.com/7aca83c2/multinode/mnginkgo"
	"github.com/7aca83c2/multinode/suites/internal/variants"
)

var _ = variants.Describe("sharding failover", Roles("a", "b", "c"), Label("sharding", "failover"), quick, func() {
	BeforeEachNode(func(_ context.Context, node *Node) { open(node) })

	BeforeEach(func(ctx SpecContext, cluster *Cluster) {
		settle(ctx, cluster)
		Eventually(ctx, cluster).Should(HaveShardsOn(counters, "c", shards/3))
	})

	It("survives the crash of the coordinator's node", Label("crash"), func(ctx SpecContext, cluster *Cluster) {
		Expect(cluster).To(HaveSingletonOn("sharding-"+counters, "a"))
		cluster.Crash("a")
		for _, role := range cluster.Running() {
			Expect(serve.On(ctx, cluster.Node(role), 60)).To(HaveLen(60))
		}
		Eventually(ctx, cluster).Should(And(HaveShards(counters, shards), HaveShardsOn(counters, "a", 0)))
		Expect(cluster).To(HaveSingletonOn("sharding-"+counters, BeElementOf("b", "c")))
	})

	It("answers all asks that were under way when another node crashes", Label("crash"), func(ctx SpecContext, cluster *Cluster) {
		answered := make(chan error, 1)
		go func() {
			_, err := serve.On(ctx, cluster.Node("b"), 200)
			answered <- err
		}()
		cluster.Crash("c")
		Eventually(ctx, answered).Should(Receive(BeNil()))
		Eventually(ctx, cluster).Should(And(HaveShards(counters, shards), HaveShardsOn(counters, "c", 0)))
	})

	It("answers a burst of asks while a node leaves", Label("leave"), func(ctx SpecContext, cluster *Cluster) {
		answered := make(chan error, 1)
		go func() {
			_, err := serve.On(ctx, cluster.Node("b"), 60)
			answered <- err
		}()
		cluster.Leave("c")
		Eventually(ctx, answered).Should(Receive(BeNil()))
		Eventually(ctx, cluster).Should(And(HaveShards(counters, shards), HaveShardsOn(counters, "c", 0)))
		for _, role := range cluster.Running() {
			Expect(lost.On(ctx, cluster.Node(role), struct{}{})).To(BeZero())
		}
	})
})

var _ = variants.Describe("sharding in a partition", Roles("a", "b", "c"), Label("sharding", "failover", "partition"),
	Detector(cluster.Deadline(25*time.Millisecond, 150*time.Millisecond)), Downing(downing.KeepMajority(175*time.Millisecond)), func() {
		BeforeEachNode(func(_ context.Context, node *Node) { open(node) })

		It("moves the shards of who is cut off, who does not sneak back in", func(ctx SpecContext, cluster *Cluster) {
			settle(ctx, cluster)
			cluster.Isolate("c")
			for _, role := range []string{"a", "b"} {
				Eventually(ctx, cluster.Node(role)).Should(And(HaveMembers("a", "b"), HaveShards(counters, shards), HaveShardsOn(counters, "c", 0)))
				Expect(serve.On(ctx, cluster.Node(role), 60)).To(HaveLen(60))
			}
			Eventually(ctx, cluster.Node("c")).Should(HaveShards(counters, 0), "it was downed, and stops what it hosts")

			cluster.Around("c").Mend()
			Consistently(ctx, cluster.Node("a")).Should(And(HaveMembers("a", "b"), HaveShardsOn(counters, "c", 0)))
			cluster.Restart("c")
			Eventually(ctx, cluster).Should(And(HaveMembers("a", "b", "c"), HaveShards(counters, shards), HaveShardsOn(counters, "c", shards/3)))
		})
	})

// workers is how many there are.
const workers = 5

var _ = variants.Describe("sharded daemon processes", Roles("a", "b", "c"), Label("sharding", "failover", "crash"), quick, func() {
	BeforeEachNode(func(_ context.Context, node *Node) {
		_, err := sharding.StartDaemon(node.Membership(), "worker", workers, func(int) actor.Actor[count] {
			return actor.Func[count](func(*actor.Context[count], count) error { return nil })
		})
		Expect(err).NotTo(HaveOccurred())
	})

	It("reappear when their node crashes", func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(And(HaveMembers("a", "b", "c"), HaveShards("worker", workers), HaveShardsOn("worker", "b", Not(BeZero()))))
		cluster.Crash("b")
		Eventually(ctx, cluster).Should(And(HaveShards("worker", workers), HaveShardsOn("worker", "b", 0)))
		cluster.Leave("a")
		Eventually(ctx, cluster).Should(HaveShardsOn("worker", "c", workers))
	})
})
