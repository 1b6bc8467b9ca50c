package ddata_test

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
	"github.com/7aca83c2/multinode/suites/internal/variants"
)

// short is the patience with what cannot succeed.
const short = 60 * time.Millisecond

var _ = variants.Describe("consistency", Roles("a", "b", "c"), alert, variants.WaitsForTime, func() {
	BeforeEachNode(replicate)
	BeforeEach(func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
		for _, role := range cluster.Roles() { // has a say from then on
			Expect(count.On(ctx, cluster.Node(role), byAll(long))).To(BeEquivalentTo(0))
		}
	})

	// writesAreRead counts on one node after another, and reads on the next one.
	writesAreRead := func(ctx SpecContext, cluster *Cluster, roles ...string) {
		GinkgoHelper()
		for i := range 10 {
			writer, reader := cluster.Node(roles[i%len(roles)]), cluster.Node(roles[(i+1)%len(roles)])
			Expect(add.On(ctx, writer, counting{1, byMajority(long)})).Error().NotTo(HaveOccurred())
			Expect(count.On(ctx, reader, byMajority(long))).To(BeEquivalentTo(i + 1))
		}
	}

	It("of a majority has reads see all writes", func(ctx SpecContext, cluster *Cluster) {
		writesAreRead(ctx, cluster, "a", "b", "c")
	})

	for _, role := range []string{"a", "c"} {
		It("of a majority does not need "+role+", cut off", Label("partition"), func(ctx SpecContext, cluster *Cluster) {
			cluster.Isolate(role)
			writesAreRead(ctx, cluster, others(cluster, role)...)
		})

		It("of a majority does not need "+role+", crashed", Label("crash"), func(ctx SpecContext, cluster *Cluster) {
			cluster.Crash(role)
			writesAreRead(ctx, cluster, others(cluster, role)...)
		})
	}

	It("of a majority holds while it is another one each time", Label("partition"), func(ctx SpecContext, cluster *Cluster) {
		for i := range 12 {
			alone := cluster.Roles()[i%3]
			cluster.Isolate(alone)
			rest := others(cluster, alone)
			Expect(count.On(ctx, cluster.Node(rest[0]), byMajority(long))).To(BeEquivalentTo(i))
			Expect(add.On(ctx, cluster.Node(rest[1]), counting{1, byMajority(long)})).Error().NotTo(HaveOccurred())
			cluster.Around(alone).Mend()
		}
	})

	It("of a majority fails on the smaller side, and local works", Label("partition"), func(ctx SpecContext, cluster *Cluster) {
		cluster.Isolate("c")
		Eventually(ctx, cluster.Node("c")).Should(HaveUnreachable("a", "b"))
		_, err := add.On(ctx, cluster.Node("c"), counting{1, byMajority(short)})
		Expect(err).To(MatchError(ContainSubstring(`update "hits" with majority: too few nodes answered: 1 of 2 needed: c; ` +
			`missing: a (unreachable), b (unreachable): context deadline exceeded`)))
		_, err = count.On(ctx, cluster.Node("c"), byMajority(short))
		Expect(err).To(MatchError(ContainSubstring(`get "hits" with majority: too few nodes answered: 1 of 2 needed: c`)))

		Expect(add.On(ctx, cluster.Node("c"), counting{10, locally})).Error().NotTo(HaveOccurred())
		Expect(count.On(ctx, cluster.Node("c"), locally)).To(BeEquivalentTo(11), "what failed stands")
		Expect(add.On(ctx, cluster.Node("a"), counting{100, byMajority(long)})).Error().NotTo(HaveOccurred())

		cluster.Around("c").Mend()
		eachHas(ctx, cluster, count, locally, int64(111))
	})

	It("of all needs every node", Label("partition"), func(ctx SpecContext, cluster *Cluster) {
		Expect(add.On(ctx, cluster.Node("a"), counting{1, byAll(long)})).Error().NotTo(HaveOccurred())
		for _, role := range cluster.Roles() {
			Expect(count.On(ctx, cluster.Node(role), locally)).To(BeEquivalentTo(1))
		}
		cluster.Isolate("c")
		_, err := add.On(ctx, cluster.Node("a"), counting{1, byAll(short)})
		Expect(err).To(MatchError(ContainSubstring("too few nodes answered: 2 of 3 needed: a, b; missing: c")))
		_, err = count.On(ctx, cluster.Node("a"), byAll(short))
		Expect(err).To(MatchError(ContainSubstring("too few nodes answered: 2 of 3 needed: a, b; missing: c")))
	})
})

// others returns the roles other than one.
func others(cluster *Cluster, role string) (rest []string) {
	for _, r := range cluster.Roles() {
		if r != role {
			rest = append(rest, r)
		}
	}
	return rest
}
