package broken_test

import (
	"context"
	"math"
	"time"

	. "github.com/onsi/ginkgo/v2"

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
	It("makes a ring of two", func(cluster *Cluster) { cluster.Ring() })
	It("has one group", func(cluster *Cluster) { cluster.Across(Roles("a")).Cut() })
	It("has no link", func(cluster *Cluster) { cluster.Among("a").Cut() })
	It("skews nobody", func(cluster *Cluster) { cluster.SkewClock("z", time.Hour) })
	It("holds twice", func(cluster *Cluster) {
		cluster.Link("a", "b").Hold()
		cluster.Pair("a", "b").Hold()
	})
	It("releases what is not held", func(cluster *Cluster) { cluster.Link("a", "b").Hold().Release(Frame{From: "a", To: "b"}) })
	It("has nobody to crash", func(cluster *Cluster) { cluster.Unleash(Chaos{Mix: map[string]int{"crash": 1}}) })
	It("does no such thing", func(cluster *Cluster) { cluster.Unleash(Chaos{Mix: map[string]int{"party": 1}}) })
})

// silent boots nodes that send nothing.
func silent(context.Context, *Env) (Instance, error) { return struct{}{}, nil }
