package sharding_test

import (
	"context"
	"errors"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/cluster/sharding"
	. "github.com/7aca83c2/multinode/mnginkgo"
	"github.com/7aca83c2/multinode/suites/internal/variants"
)

var _ = variants.Describe("a rebalance", Roles("a", "b", "c"), Starting("a", "b"), Label("sharding"), func() {
	BeforeEachNode(func(_ context.Context, node *Node) { open(node) })

	It("follows a join, and a second one", func(ctx SpecContext, cluster *Cluster) {
		settle(ctx, cluster)
		Eventually(ctx, cluster).Should(And(HaveShardsOn(counters, "a", shards/2), HaveShardsOn(counters, "b", shards/2)))
		cluster.Start("c")
		for _, role := range cluster.Roles() {
			Eventually(ctx, cluster).Should(HaveShardsOn(counters, role, shards/3))
		}
	})

	It("loses nothing and keeps the order", func(ctx SpecContext, cluster *Cluster) {
		settle(ctx, cluster)
		const entities, rounds, each = 6, 40, 25
		begun, sent := make(chan struct{}), make(chan error, 1)
		go func() {
			var err error
			for n := range rounds {
				if n == rounds/4 {
					close(begun)
				}
				for i := range entities {
					_, failed := tell.On(ctx, cluster.Node("b"), question{ID: entity(i), Number: n * each, Times: each})
					err = errors.Join(err, failed)
				}
			}
			sent <- err
		}()
		Eventually(ctx, begun).Should(BeClosed())
		cluster.Start("c")
		Eventually(ctx, sent).Should(Receive(BeNil()))
		Eventually(ctx, cluster).Should(HaveShardsOn(counters, "c", shards/3))
		var all []int
		for n := range rounds * each {
			all = append(all, n+1)
		}
		for i := range entities {
			Expect(ask.On(ctx, cluster.Node("b"), question{ID: entity(i)})).To(HaveField("ID", entity(i)), "behind the others")
			Expect(history(ctx, cluster, entity(i))).To(Equal(all))
		}
		Expect(lost.On(ctx, cluster.Node("b"), struct{}{})).To(BeZero())
	})
})

var _ = variants.Describe("the coordinator", Roles("a", "b", "c"), Label("sharding", "leave"), func() {
	BeforeEachNode(func(_ context.Context, node *Node) { open(node) })

	It("recovers what is where from the regions, whoever runs it", func(ctx SpecContext, cluster *Cluster) {
		settle(ctx, cluster)
		Eventually(ctx, cluster).Should(HaveShardsOn(counters, "c", shards/3))
		for _, role := range []string{"a", "b"} {
			Expect(ask.On(ctx, cluster.Node("c"), question{ID: "kept", Number: 7})).To(HaveField("ID", "kept"))
			cluster.Leave(role)
			Eventually(ctx, cluster).Should(And(HaveShards(counters, shards), HaveShardsOn(counters, role, 0)))
		}
		Expect(serve.On(ctx, cluster.Node("c"), 60)).To(HaveLen(60))
		Expect(cluster).To(HaveSingletonOn("sharding-"+counters, "c"))
	})
})

// openRemembering starts a region that remembers its entities in a folder.
var openRemembering = Command(func(_ context.Context, node *Node, folder string) (bool, error) {
	store, err := sharding.NewDiskStore(folder)
	if err != nil {
		return false, err
	}
	open(node, sharding.WithRemember(store))
	return true, nil
})

var _ = variants.Describe("remembered entities", Roles("a", "b", "c"), SeedRoles("c"), Label("sharding", "crash"), quick, func() {
	It("are back after a hand-off, a crash and a restart, without a message", func(ctx SpecContext, cluster *Cluster) {
		folder := GinkgoT().TempDir()
		for _, role := range cluster.Roles() {
			Expect(openRemembering.On(ctx, cluster.Node(role), folder)).To(BeTrue())
		}
		settle(ctx, cluster)
		Eventually(ctx, entities(cluster)).Should(Equal(60))
		cluster.Leave("b")
		Eventually(ctx, entities(cluster)).Should(Equal(60))
		cluster.Crash("a")
		Eventually(ctx, entities(cluster)).Should(Equal(60))
		cluster.Start("a")
		Expect(openRemembering.On(ctx, cluster.Node("a"), folder)).To(BeTrue())
		Eventually(ctx, cluster).Should(And(HaveMembers("a", "c"), HaveShardsOn(counters, "a", shards/2)))
		Eventually(ctx, entities(cluster)).Should(Equal(60))
	})
})

var _ = variants.Describe("passivation", Roles("a", "b"), Label("sharding"), func() {
	BeforeEachNode(func(_ context.Context, node *Node) {
		open(node, sharding.WithPassivateAfter(50*time.Millisecond))
	})

	It("stops entities that are idle, and asked for it, until the next message", func(ctx SpecContext, cluster *Cluster) {
		settle(ctx, cluster)
		Eventually(ctx, entities(cluster)).Should(BeZero())
		Expect(ask.On(ctx, cluster.Node("a"), question{ID: "one", Number: 1})).To(HaveField("Numbers", []int{1}))
		Expect(ask.On(ctx, cluster.Node("b"), question{ID: "one", Number: 2, Stop: true})).To(HaveField("ID", "one"))
		Expect(ask.On(ctx, cluster.Node("a"), question{ID: "one", Number: 3})).To(HaveField("Numbers", []int{3}), "it is another life")
	})
})

var _ = variants.Describe("a proxy", Roles("front", "b", "c"), Label("sharding"), func() {
	BeforeEachNode(func(_ context.Context, node *Node) {
		if node.Role() == "front" {
			region, err := sharding.StartProxy[count](node.Membership(), counters, sharding.WithShards(shards))
			Expect(err).NotTo(HaveOccurred())
			regions.Store("front", region)
			return
		}
		open(node)
	})

	It("hosts nothing and finds everything", func(ctx SpecContext, cluster *Cluster) {
		settle(ctx, cluster)
		Eventually(ctx, cluster).Should(And(HaveShardsOn(counters, "front", 0), HaveShardsOn(counters, "b", shards/2)))
		Expect(serve.On(ctx, cluster.Node("front"), 60)).To(HaveEach(HaveField("Role", Not(Equal("front")))))
	})
})

var _ = variants.Describe("introspection", Roles("a", "b"), Label("sharding"), func() {
	BeforeEachNode(func(_ context.Context, node *Node) { open(node) })

	It("answers while messages flow", func(ctx SpecContext, cluster *Cluster) {
		settle(ctx, cluster)
		Eventually(ctx, cluster).Should(HaveShardsOn(counters, "b", shards/2), "none is on its way")
		done := make(chan error, 1)
		go func() {
			_, err := tell.On(ctx, cluster.Node("a"), question{ID: "busy", Times: 20000})
			if err == nil {
				_, err = ask.On(ctx, cluster.Node("a"), question{ID: "busy"})
			}
			done <- err
		}()
		looked := 0
		for answered := false; !answered; {
			select {
			case err := <-done:
				Expect(err).NotTo(HaveOccurred())
				answered = true
			default:
				Expect(cluster).To(HaveShards(counters, shards))
				looked++
			}
		}
		Expect(looked).To(BeNumerically(">", 0))
		Expect(ask.On(ctx, cluster.Node("b"), question{ID: "busy"})).To(HaveField("Numbers", HaveLen(20000)))
	})
})
