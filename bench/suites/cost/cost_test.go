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
		Expect(figures.Tell(kind, cost(ends))).To(Succeed())
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

// cost returns the seconds from one end to the next on average, the cost to the suite as a
// whole. With several processes specs end in bursts, and a median would say little.
func cost(ends []time.Time) float64 {
	whole := ends[len(ends)-1].Sub(ends[0])
	return whole.Seconds() / float64(len(ends)-1)
}
