package broken_test

import (
	"context"
	"math"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
	"github.com/7aca83c2/multinode/transport/fault"
)

var declared = FrameMatching(func(Frame) bool { return true })

var _ = broken("toothless", Roles("a", "b"), Boot(silent), func() {
	It("loses nothing", func(ctx SpecContext, cluster *Cluster) {
		cluster.Link("a", "b").Lose(0.5).MustBite()
		cluster.Partition("a", "b")
	})
})

var _ = broken("toothless", Roles("a", "b"), Boot(silent), MustBite(), func() {
	It("cuts nothing", func(ctx SpecContext, cluster *Cluster) { cluster.Partition("a", "b") })
})

// life returns the incarnation of a role's node, and skew how far its clock is ahead.
var (
	life = Command(func(_ context.Context, n *Node, _ struct{}) (uint64, error) { return n.Incarnation(), nil })
	skew = Command(func(_ context.Context, n *Node, _ struct{}) (time.Duration, error) {
		return time.Until(n.Env().Clock.Now()), nil
	})
)

var _ = broken("late-nonsense", Roles("a", "b"), Boot(silent), func() {
	It("kills twice", func(ctx SpecContext, cluster *Cluster) {
		cluster.Unleash(Chaos{Schedule: "0s for 1h: kill a\n1ms for 1h: kill a"}) // kill a // twice
		// Once it has failed, it starts whom it has killed.
		Eventually(ctx, func() (uint64, error) { return life.On(ctx, cluster.Node("a"), struct{}{}) }).Should(BeEquivalentTo(2))
	})
	It("starts what runs", func(ctx SpecContext, cluster *Cluster) {
		nemesis := cluster.Unleash(Chaos{Schedule: "0s for 1h: kill b\n0s for 1h: skew-clock a 1h"}) // kill b // started by the body
		// With the clock, the death is over, too.
		Eventually(ctx, func() (time.Duration, error) { return skew.On(ctx, cluster.Node("a"), struct{}{}) }).Should(BeNumerically(">", time.Minute))
		cluster.Start("b")
		nemesis.Stop()
	})
})

var _ = broken("fault-nonsense", Roles("a", "b"), Boot(silent), func() {
	It("loses too much", func(cluster *Cluster) { cluster.Link("a", "b").Lose(1.5) })
	It("knows no such role", func(cluster *Cluster) { cluster.Pair("a", "z").Duplicate(0.1) })
	It("delays by less", func(cluster *Cluster) { cluster.AllLinks().Delay(fault.Constant(-time.Second)) })
	It("limits to nothing", func(cluster *Cluster) { cluster.AllLinks().Limit(0) })
	It("loses too much in bursts", func(cluster *Cluster) { cluster.AllLinks().LoseInBursts(fault.Bursts(0.9, 4)) })
	It("has no room for a header", func(cluster *Cluster) { cluster.Link("a", "b").MTU(60, Fragmented()) })
	It("has no option", func(cluster *Cluster) { cluster.Link("a", "b").MTU(1500, nil) })
	It("has no option for a queue", func(cluster *Cluster) { cluster.Link("a", "b").Limit(1000, nil) })
	It("never ends a burst", func(cluster *Cluster) { cluster.AllLinks().LoseInBursts(fault.Bursts(0.5, math.Inf(1))) })
	It("has no predicate", func(cluster *Cluster) { cluster.AllLinks().DropIf(FramePredicate{}) })
	It("counts from 1", func(cluster *Cluster) { cluster.AllLinks().DropNth(0, declared) })
	It("makes a ring of two", func(cluster *Cluster) { cluster.Beyond(1).Cut() })
	It("has one group", func(cluster *Cluster) { cluster.Across(Roles("a")).Cut() })
	It("has no link", func(cluster *Cluster) { cluster.Among("a").Cut() })
	It("skews nobody", func(cluster *Cluster) { cluster.SkewClock("z", time.Hour) })
	It("holds twice", func(cluster *Cluster) {
		cluster.Link("a", "b").Hold()
		cluster.Pair("a", "b").Hold()
	})
	It("releases what is not held", func(cluster *Cluster) { cluster.Link("a", "b").Hold().Release(Frame{From: "a", To: "b"}) })
	It("has nobody to crash", func(cluster *Cluster) { cluster.Unleash(Chaos{Mix: map[string]int{"crash": 1}}) })
	It("kills nobody", func(cluster *Cluster) { cluster.Unleash(Chaos{Schedule: "1ms for 30ms: kill z"}) })
	It("does no such thing", func(cluster *Cluster) { cluster.Unleash(Chaos{Mix: map[string]int{"party": 1}}) })
})

// silent boots nodes that send nothing.
func silent(context.Context, *Env) (Instance, error) { return struct{}{}, nil }
