package redis_test

import (
	"context"
	"fmt"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
	"github.com/7aca83c2/multinode/transport/fault"
)

var (
	servers = Roles("a", "b", "c", "client")

	_ = Describe("redis, in one process", MultiNode(servers, Boot(boot)), specs)
	_ = Describe("redis, in a process each", MultiNode(servers, Boot(boot), Parallel()), specs)
	_ = Describe("redis, isolated", MultiNode(servers, Boot(boot), Parallel(Isolated())), specs)
)

const (
	patient = 10 * time.Second
	brief   = 200 * time.Millisecond
)

func specs() {
	// writing writes and returns how many replicas have it.
	writing := func(ctx context.Context, c *Cluster, value string, within time.Duration) (int64, error) {
		r, err := set.On(ctx, c.Node("client"), write{"color", value, within})
		return r.Replicas, err
	}
	// reading reads what a server has.
	reading := func(ctx context.Context, c *Cluster, server, key string) (string, error) {
		return get.On(ctx, c.Node("client"), entry{server, key})
	}

	BeforeEach(func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, writing).WithArguments(ctx, cluster, "red", brief).Should(BeEquivalentTo(2), "replicas in step")
	})

	It("brings a write to both replicas", func(ctx SpecContext, cluster *Cluster) {
		Expect(writing(ctx, cluster, "green", patient)).To(BeEquivalentTo(2))
		Expect(reading(ctx, cluster, "b", "color")).To(Equal("green"))
		Expect(reading(ctx, cluster, "c", "color")).To(Equal("green"))
	})

	It("goes on with one replica while the other is cut off", Label("partition"), func(ctx SpecContext, cluster *Cluster) {
		cluster.Partition("a", "b")
		Eventually(ctx, writing).WithArguments(ctx, cluster, "green", brief).Should(BeEquivalentTo(1), "replicas in step")
		Expect(reading(ctx, cluster, "b", "color")).To(Equal("red"))
		Expect(reading(ctx, cluster, "c", "color")).To(Equal("green"))

		cluster.Heal("a", "b")
		Eventually(ctx, reading).WithArguments(ctx, cluster, "b", "color").Should(Equal("green"))
		Expect(writing(ctx, cluster, "blue", patient)).To(BeEquivalentTo(2))
	})

	It("has a replica connect again when its connection is reset", func(ctx SpecContext, cluster *Cluster) {
		Expect(cluster.Pair("a", "b").Reset()).To(BeNumerically(">", 0))
		Expect(writing(ctx, cluster, "green", patient)).To(BeEquivalentTo(2))
		Expect(reading(ctx, cluster, "b", "color")).To(Equal("green"))
	})

	It("waits for a slow link", func(ctx SpecContext, cluster *Cluster) {
		const delay = 150 * time.Millisecond // each way
		cluster.Pair("a", "b").Delay(fault.Constant(delay)).MustBite()
		r, err := set.On(ctx, cluster.Node("client"), write{"color", "green", patient})
		Expect(err).NotTo(HaveOccurred())
		Expect(r.Replicas).To(BeEquivalentTo(2))
		Expect(r.Took).To(BeNumerically(">=", 2*delay))
	})

	It("keeps what it has acknowledged when the primary is killed", Label("crash"), func(ctx SpecContext, cluster *Cluster) {
		for i := range 20 {
			_, err := set.On(ctx, cluster.Node("client"), write{fmt.Sprint("key ", i), fmt.Sprint(i), patient})
			Expect(err).NotTo(HaveOccurred())
		}
		cluster.Crash("a")
		Expect(reading(ctx, cluster, "b", "key 19")).To(Equal("19"), "of a replica")

		cluster.Start("a")
		for i := range 20 {
			Expect(reading(ctx, cluster, "a", fmt.Sprint("key ", i))).To(Equal(fmt.Sprint(i)))
		}
		Eventually(ctx, writing).WithArguments(ctx, cluster, "blue", brief).Should(BeEquivalentTo(2), "replicas in step")
	})
}
