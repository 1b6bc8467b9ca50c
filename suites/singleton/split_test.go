package singleton_test

import (
	"context"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/cluster/downing"
	"github.com/7aca83c2/multinode/cluster/singleton"
	. "github.com/7aca83c2/multinode/mnginkgo"
	"github.com/7aca83c2/multinode/suites/internal/variants"
)

// stableAfter is longer than the detector's patience, as it has to be.
const stableAfter = 175 * time.Millisecond

// policies are those that leave one side of a split.
var policies = []struct {
	name string
	make func(env *Env) cluster.Downing
	// oldestStays says that a, the oldest, survives if it is cut off from the others.
	oldestStays bool
}{
	{"keep-majority", func(*Env) cluster.Downing { return downing.KeepMajority(stableAfter) }, false},
	{"keep-oldest", func(*Env) cluster.Downing { return downing.KeepOldest(stableAfter) }, true},
	{"keep-referee", func(env *Env) cluster.Downing { return downing.KeepReferee(stableAfter, env.AddressOf("b"), 2) }, false},
	{"static-quorum", func(*Env) cluster.Downing { return downing.StaticQuorum(stableAfter, 2) }, false},
	{"lease-majority", func(env *Env) cluster.Downing {
		return downing.LeaseMajority(stableAfter, env.Lease("downing", time.Minute))
	}, false},
}

// margin is far more than the two sides of a cut need to decide after one another.
const margin = 700 * time.Millisecond

var alert = Detector(cluster.Deadline(25*time.Millisecond, 150*time.Millisecond))

func init() {
	for _, policy := range policies {
		where := any(variants.WaitsForTime)
		if policy.name == "keep-referee" || policy.name == "static-quorum" {
			where = variants.VirtualOnly("a side that keep-majority lets go on is kept here, too; that a policy decides across processes, package downing shows")
		}
		variants.Describe("a singleton in a split, with "+policy.name, Roles("a", "b", "c"), Label("partition"), where,
			alert, DowningFunc(policy.make), func() {
				BeforeEachNode(func(_ context.Context, node *Node) { open(node, singleton.WithMargin(margin)) })
				describeSplit(policy.oldestStays)
			})
	}
}

func describeSplit(oldestStays bool) {
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

	if oldestStays {
		It("stays with the oldest, even if that is alone", func(ctx SpecContext, cluster *Cluster) {
			cluster.Isolate("a")
			Eventually(ctx, cluster.Node("b")).Should(HaveEnded())
			Eventually(ctx, cluster.Node("c")).Should(HaveEnded())
			Eventually(ctx, cluster.Node("a")).Should(And(HaveMembers("a"), HaveSingletonOn(clerk, "a")))
			for role, had := range map[string]int{"a": 1, "b": 0, "c": 0} {
				Expect(shifts.On(ctx, cluster.Node(role), struct{}{})).To(HaveLen(had))
			}
		})
		return
	}

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
