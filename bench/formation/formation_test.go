// Package formation_test measures how long three nodes take from the lease of their
// processes until every view agrees: fifty specs of each variant, in one run.
package formation_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

func TestFormation(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "Formation")
}

var _ = SynchronizedBeforeSuite(StartBroker, JoinBroker)

// specs is how many specs each variant has.
const specs = 50

// took has the times of each variant.
var took = map[string][]time.Duration{}

// between has the times from the end of one spec to that of the next: with processes that
// are started and ended.
var between = map[string][]time.Duration{}

var lastEnd = time.Now()

var _ = ReportAfterEach(func(report SpecReport) {
	variant := report.ContainerHierarchyTexts[0]
	between[variant] = append(between[variant], time.Since(lastEnd))
	lastEnd = time.Now()
})

func measure(variant string, options ...Option) {
	Describe(variant, MultiNode(Roles("a", "b", "c"), options...), func() {
		for i := range specs {
			It(fmt.Sprintf("forms, %d", i), func(ctx SpecContext, cluster *Cluster) {
				Eventually(ctx, cluster).Should(And(HaveMembers("a", "b", "c"), HaveConverged()))
				took[variant] = append(took[variant], time.Since(ctx.SpecReport().StartTime))
			})
		}
	})
}

var _ = func() bool {
	measure("in-process")
	measure("parallel", Parallel())
	measure("isolated", Parallel(Isolated()))
	return true
}()

var _ = ReportAfterSuite("times", func(Report) {
	fmt.Printf("\n| three nodes, from lease to agreement | minimum | median | maximum |\n|---|---|---|---|\n")
	for _, variant := range []string{"in-process", "parallel", "isolated"} {
		times := slices.Sorted(slices.Values(took[variant]))
		if len(times) == 0 {
			continue // filtered out
		}
		ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
		fmt.Printf("| %s, %d specs | %.1f ms | %.1f ms | %.1f ms |\n", variant, len(times),
			ms(times[0]), ms(times[len(times)/2]), ms(times[len(times)-1]))
		whole := slices.Sorted(slices.Values(between[variant]))
		fmt.Printf("| the same, from the end of one spec to that of the next | %.1f ms | %.1f ms | %.1f ms |\n",
			ms(whole[0]), ms(whole[len(whole)/2]), ms(whole[len(whole)-1]))
	}
})
