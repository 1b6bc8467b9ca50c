package singleton_test

import (
	"context"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/cluster/singleton"
	. "github.com/7aca83c2/multinode/mnginkgo"
	"github.com/7aca83c2/multinode/suites/internal/variants"
	"github.com/7aca83c2/multinode/transport"
)

// policies are those that leave one side of a split, the one with more members.
var policies = []struct {
	name    string
	downing cluster.Downing
}{
	{"the minority ends", minorityEnds{100 * time.Millisecond}},
}

// minorityEnds downs whoever is on the smaller side of a split.
type minorityEnds struct{ after time.Duration }

func (d minorityEnds) Decide(s cluster.Situation) []transport.Address {
	var here, there []transport.Address
	for _, m := range s.View.Members {
		if m.Unreachable {
			there = append(there, m.Address)
		} else {
			here = append(here, m.Address)
		}
	}
	switch {
	case len(there) == 0 || s.Stable < d.after:
		return nil
	case len(here) > len(there):
		return there
	}
	return here
}

// margin is far more than the two sides of a cut need to decide after one another.
const margin = 700 * time.Millisecond

var alert = Detector(cluster.Deadline(25*time.Millisecond, 150*time.Millisecond))

func init() {
	for _, policy := range policies {
		variants.Describe("a singleton in a split in which "+policy.name, Roles("a", "b", "c"), Label("partition"),
			alert, Downing(policy.downing), func() {
				BeforeEachNode(func(_ context.Context, node *Node) { open(node, singleton.WithMargin(margin)) })
				describeSplit()
			})
	}
}

func describeSplit() {
	BeforeEach(func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(And(HaveMembers("a", "b", "c"), HaveConverged(), HaveSingletonOn(clerk, "a")))
	})

	It("stays on the side that goes on", func(ctx SpecContext, cluster *Cluster) {
		cluster.Split(Roles("a", "b"), Roles("c"))
		Eventually(ctx, cluster.Node("a")).Should(HaveMembers("a", "b"))
		Eventually(ctx, cluster.Node("b")).Should(HaveMembers("a", "b"))
		Eventually(ctx, cluster.Node("c")).Should(HaveSingletonOn(clerk, ""))
		Expect(ask.On(ctx, cluster.Node("b"), 1)).To(Equal("a"))
		for role, had := range map[string]int{"a": 1, "b": 0, "c": 0} {
			Expect(shifts.On(ctx, cluster.Node(role), struct{}{})).To(HaveLen(had))
		}
	})

	It("ends before it starts on the other side", func(ctx SpecContext, cluster *Cluster) {
		cluster.Isolate("a")
		Eventually(ctx, cluster.Node("a")).Should(HaveSingletonOn(clerk, ""))
		Eventually(ctx, cluster.Node("b")).Should(HaveSingletonOn(clerk, BeElementOf("b", "c")))
		cluster.HealAll()
		Consistently(ctx, cluster.Node("a")).Should(HaveSingletonOn(clerk, ""))
		Expect(ask.On(ctx, cluster.Node("c"), 1)).To(BeElementOf("b", "c"))
		var past history
		past.take(ctx, cluster, "a", "b", "c")
		Expect(past).To(HaveLen(2))
		past.expectNeverTwo()
	})
}
