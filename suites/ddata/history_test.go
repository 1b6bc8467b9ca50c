package ddata_test

import (
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
	"github.com/7aca83c2/multinode/suites/internal/variants"
)

// history is what became of the increments.
type history struct {
	mu                    sync.Mutex
	acknowledged, unknown int64
}

func (h *history) record(n int64, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err != nil {
		h.unknown += n
		return
	}
	h.acknowledged += n
}

var _ = variants.Describe("increments while cuts come and go", Roles("a", "b", "c"), alert, Label("partition", "crash"), func() {
	BeforeEachNode(replicate)

	// run has every node count, some of it in vain, while each trouble comes and goes.
	run := func(ctx SpecContext, cluster *Cluster, trouble func(round int, rng *rand.Rand)) {
		GinkgoHelper()
		Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
		var h history
		var workers sync.WaitGroup
		var over atomic.Bool
		for i, role := range cluster.Roles() {
			rng := rand.New(rand.NewPCG(cluster.Seed(), uint64(i)))
			node := cluster.Node(role)
			workers.Go(func() {
				for !over.Load() {
					n := 1 + rng.Int64N(1000)
					_, err := add.On(ctx, node, counting{n, byMajority(20 * time.Millisecond)})
					h.record(n, err)
				}
			})
		}
		DeferCleanup(func() { over.Store(true) }) // should one of these fail
		rng := rand.New(rand.NewPCG(cluster.Seed(), 99))
		pause := func() { <-time.After(time.Duration(1+rng.IntN(40)) * time.Millisecond) }
		for round := range 10 {
			trouble(round, rng)
			pause()
			cluster.HealAll()
			pause()
		}
		over.Store(true)
		workers.Wait()
		Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
		sum, err := count.On(ctx, cluster.Node("b"), byAll(long))
		Expect(err).NotTo(HaveOccurred())
		AddReportEntry("increments", map[string]int64{"acknowledged": h.acknowledged, "unknown": h.unknown, "sum": sum}, ReportEntryVisibilityFailureOrVerbose)
		Expect(sum).To(And(BeNumerically(">=", h.acknowledged), BeNumerically("<=", h.acknowledged+h.unknown)))
		eachHas(ctx, cluster, count, locally, sum)
	}

	It("are all there in the end", func(ctx SpecContext, cluster *Cluster) {
		run(ctx, cluster, func(_ int, rng *rand.Rand) {
			one, other := rng.IntN(3), rng.IntN(2)
			if rng.IntN(2) == 0 {
				cluster.Isolate(cluster.Roles()[one])
				return
			}
			cluster.Partition(cluster.Roles()[one], cluster.Roles()[(one+1+other)%3])
		})
	})

	It("are all there, if acknowledged, after a crash as well", func(ctx SpecContext, cluster *Cluster) {
		run(ctx, cluster, func(round int, rng *rand.Rand) {
			if round == 4 {
				cluster.Restart("b")
				return
			}
			cluster.Isolate(cluster.Roles()[rng.IntN(3)])
		})
	})
})
