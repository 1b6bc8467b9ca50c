// Package cost_test measures what the harness costs per spec: specs that do nothing, one
// after another, without nodes and in each variant.
package cost_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
	. "github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/bench/internal/figures"
	. "github.com/7aca83c2/multinode/mnginkgo"
)

func TestCost(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "Cost")
}

var _ = SynchronizedBeforeSuite(StartBroker, JoinBroker)

// specs is how many specs each kind has.
const specs = 50

// kinds are the labels of the specs.
var kinds = []string{"plain", "in-process", "parallel", "isolated"}

var _ = func() bool {
	fifty("plain", func() {})
	roles := Roles("a", "b", "c")
	fifty("in-process", func(*Cluster) {}, MultiNode(roles))
	fifty("parallel", func(*Cluster) {}, MultiNode(roles, Parallel()))
	fifty("isolated", func(*Cluster) {}, MultiNode(roles, Parallel(Isolated())))
	return true
}()

func fifty(kind string, body any, decorators ...any) {
	Describe(kind, append(decorators, Label(kind), func() {
		for i := range specs {
			It(fmt.Sprintf("does nothing, %d", i), body)
		}
	})...)
}

var _ = ReportAfterSuite("costs", func(report Report) {
	for _, kind := range kinds {
		ends := endsOf(report, kind)
		if len(ends) == 0 {
			continue // filtered out
		}
		Expect(ends).To(HaveLen(specs), kind)
		Expect(figures.Tell(kind, costs(ends, report.SuiteConfig.ParallelTotal)...)).To(Succeed())
	}
})

// endsOf returns when the specs of a kind that passed have ended, the earliest first.
func endsOf(report Report, kind string) (ends []time.Time) {
	for _, spec := range report.SpecReports.WithLeafNodeType(types.NodeTypeIt).WithState(types.SpecStatePassed) {
		if slices.Contains(spec.Labels(), kind) {
			ends = append(ends, spec.EndTime)
		}
	}
	slices.SortFunc(ends, time.Time.Compare)
	return ends
}

// costs returns the seconds from each end to the next. With several processes, whose
// specs end in bursts, it is their mean only: the cost to the suite as a whole.
func costs(ends []time.Time, processes int) (seconds []float64) {
	if processes > 1 {
		whole := ends[len(ends)-1].Sub(ends[0])
		return []float64{whole.Seconds() / float64(len(ends)-1)}
	}
	for i := range len(ends) - 1 {
		seconds = append(seconds, ends[i+1].Sub(ends[i]).Seconds())
	}
	return seconds
}
