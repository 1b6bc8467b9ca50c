package broken_test

import (
	"context"
	"maps"
	"slices"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
	"github.com/7aca83c2/multinode/transport/fault"
)

// saved is what a body with a *Cluster leaves in variables. In the process of another role, and
// before, it is all nil.
var saved struct {
	cluster *Cluster
	handle  *Handle
	links   *Links
	fault   *Fault
	held    *Held
	nemesis *Nemesis
	traffic *Traffic
}

func save(cluster *Cluster) {
	saved.cluster, saved.handle, saved.links = cluster, cluster.Node("a"), cluster.Pair("a", "b")
	saved.traffic, saved.fault, saved.held = saved.links.Traffic(), saved.links.Lose(0.1), cluster.Link("a", "b").Hold()
	saved.nemesis = cluster.Unleash(Chaos{Mix: map[string]int{"partition": 1}})
}

// uses are all that can be done with what is saved. What a spec is called begins with the
// method or matcher.
var uses = map[string]func(SpecContext){
	"Start": func(SpecContext) { saved.cluster.Start("a") }, "Leave": func(SpecContext) { saved.cluster.Leave("a") },
	"Crash": func(SpecContext) { saved.cluster.Crash("a") }, "Restart": func(SpecContext) { saved.cluster.Restart("a") },
	"Kill": func(SpecContext) { saved.cluster.Kill("a") }, "Pause": func(SpecContext) { saved.cluster.Pause("a") }, "Resume": func(SpecContext) { saved.cluster.Resume("a") },
	"Exit": func(SpecContext) { saved.cluster.Exit(3, "a") }, "MayExit": func(SpecContext) { saved.cluster.MayExit("a") },
	"Partition":         func(SpecContext) { saved.cluster.Partition("a", "b") },
	"Isolate":           func(SpecContext) { saved.cluster.Isolate("a") },
	"Split":             func(SpecContext) { saved.cluster.Split(Roles("a"), Roles("b")) },
	"Heal":              func(SpecContext) { saved.cluster.Heal("a", "b") },
	"HealAll":           func(SpecContext) { saved.cluster.HealAll() },
	"Link":              func(SpecContext) { saved.cluster.Link("a", "b") },
	"Pair":              func(SpecContext) { saved.cluster.Pair("a", "b") },
	"Around":            func(SpecContext) { saved.cluster.Around("a") },
	"Among":             func(SpecContext) { saved.cluster.Among("a", "b") },
	"Across":            func(SpecContext) { saved.cluster.Across(Roles("a"), Roles("b")) },
	"AllLinks":          func(SpecContext) { saved.cluster.AllLinks() },
	"Beyond":            func(SpecContext) { saved.cluster.Beyond(1) },
	"SkewClock":         func(SpecContext) { saved.cluster.SkewClock("a", time.Second) },
	"Unleash":           func(SpecContext) { saved.cluster.Unleash(Chaos{}) },
	"Node":              func(SpecContext) { saved.cluster.Node("a") },
	"Running":           func(SpecContext) { saved.cluster.Running() },
	"Running of a node": func(SpecContext) { saved.handle.Running() },
	"Incarnation":       func(SpecContext) { saved.handle.Incarnation() },

	"Mend": func(SpecContext) { saved.links.Mend() }, "Cut": func(SpecContext) { saved.links.Cut() }, "Delay": func(SpecContext) { saved.links.Delay(fault.Constant(time.Second)) },
	"Lose": func(SpecContext) { saved.links.Lose(1) }, "Duplicate": func(SpecContext) { saved.links.Duplicate(1) },
	"Reorder": func(SpecContext) { saved.links.Reorder(1, time.Second) }, "Corrupt": func(SpecContext) { saved.links.Corrupt(1) },
	"Limit": func(SpecContext) { saved.links.Limit(1) }, "Reset": func(SpecContext) { saved.links.Reset() },
	"DropIf": func(SpecContext) { saved.links.DropIf(declared) }, "DropNth": func(SpecContext) { saved.links.DropNth(1, declared) },
	"Hold": func(SpecContext) { saved.links.Hold() }, "Traffic": func(SpecContext) { saved.links.Traffic() },
	"Undo": func(SpecContext) { saved.fault.Undo() }, "Undo of Hold": func(SpecContext) { saved.held.Undo() },
	"Bites": func(SpecContext) { saved.fault.Bites() }, "Bites of Hold": func(SpecContext) { saved.held.Bites() },
	"MustBite": func(SpecContext) { saved.fault.MustBite() }, "MustBite of Hold": func(SpecContext) { saved.held.MustBite() },
	"Frames": func(SpecContext) { saved.held.Frames() }, "Release": func(SpecContext) { saved.held.Release() },
	"ReleaseAll": func(SpecContext) { saved.held.ReleaseAll() }, "Drop": func(SpecContext) { saved.held.Drop() },
	"Stop": func(SpecContext) { saved.nemesis.Stop() },

	"View":              func(SpecContext) { Expect(saved.handle.View()).To(BeNil()) },
	"Observe":           func(SpecContext) { Expect(saved.cluster.Observe()).To(BeNil()) },
	"Observe of a node": func(SpecContext) { Expect(saved.handle.Observe()).To(BeNil()) },
	"Frames of Traffic": func(SpecContext) { Expect(saved.traffic.Frames()).To(BeNil()) },
	"On":                func(ctx SpecContext) { Expect(pid.On(ctx, saved.handle, "")).To(BeNil()) },

	"HaveMembers":     asked(func() any { return saved.cluster }, HaveMembers("a", "b")),
	"HaveUnreachable": asked(func() any { return saved.cluster }, HaveUnreachable()),
	"HaveStatus":      asked(func() any { return saved.cluster }, HaveStatus("bb", Up)),
	"HaveLeader":      asked(func() any { return saved.handle }, HaveLeader("a")),
	"AgreeOnLeader":   asked(func() any { return saved.cluster }, AgreeOnLeader()),
	"HaveConverged":   asked(func() any { return saved.cluster }, HaveConverged()),
	"HaveEnded":       asked(func() any { return saved.handle }, HaveEnded()),
	"HaveShards":      asked(func() any { return saved.cluster }, HaveShards("cart", 1)),
	"HaveShardsOn":    asked(func() any { return saved.cluster }, HaveShardsOn("cart", "a", 1)),
	"HaveSingletonOn": asked(func() any { return saved.cluster }, HaveSingletonOn("clerk", "a")),
	"HaveSubscribers": asked(func() any { return saved.cluster }, HaveSubscribers("news")),
	"HaveExited":      asked(func() any { return saved.handle }, HaveExited(0)),
	"HaveBeenKilled":  asked(func() any { return saved.handle }, HaveBeenKilled(9)),
	"HaveFrames":      asked(func() any { return saved.traffic }, HaveFrames(1)),
}

// constants are those that are allowed once the spec is over: what they return does not change.
var constants = map[string]func(SpecContext){
	"Roles": func(SpecContext) { saved.cluster.Roles() }, "Seed": func(SpecContext) { saved.cluster.Seed() },
	"Role": func(SpecContext) { saved.handle.Role() }, "Address": func(SpecContext) { saved.handle.Address() },
	"Schedule": func(SpecContext) { _ = saved.nemesis.Schedule() },
}

func asked(actual func() any, matcher OmegaMatcher) func(SpecContext) {
	return func(ctx SpecContext) { Eventually(ctx, actual()).WithTimeout(time.Minute).Should(matcher) }
}

func sortedNames(uses map[string]func(SpecContext)) []string { return slices.Sorted(maps.Keys(uses)) }

var _ = broken("on-role", Roles("a", "b"), Boot(silent), func() {
	BeforeEach(func(cluster *Cluster) { save(cluster) })
	all := maps.Clone(uses)
	maps.Copy(all, constants)
	all["ClusterFrom"] = func(ctx SpecContext) { ClusterFrom(ctx) }
	for _, name := range sortedNames(all) {
		It(name, func(ctx SpecContext, node *Node) {
			if node.Role() == "b" {
				all[name](ctx)
			}
		})
	}
})

// What is given to these matchers can never be right.
var _ = broken("wrong-arguments", Roles("a", "b"), func() {
	It("awaits", func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveLeader(3)) // awaited
	})
	It("rules out", func(ctx SpecContext, cluster *Cluster) {
		Consistently(ctx, cluster).ShouldNot(HaveStatus("b", "up")) // ruled out
	})
	It("expects", func(cluster *Cluster) {
		Expect(cluster.Node("a")).NotTo(HaveMembers(cluster.Node("a"))) // expected
	})
	It("does so on a role", func(node *Node) {
		if node.Role() == "b" {
			Expect(node).NotTo(HaveEnded(nil)) // on b
		}
	})
})

var meddle = Command(func(context.Context, *Node, int) (int, error) {
	saved.cluster.Crash("a") // command
	return 0, nil
})

var _ = broken("code-on-role", Roles("a", "b"), Boot(func(_ context.Context, env *Env) (Instance, error) {
	if env.Incarnation > 1 && env.Role == "b" {
		saved.cluster.HealAll() // boot
	}
	return struct{}{}, nil
}), func() {
	BeforeEach(func(cluster *Cluster) { save(cluster) })
	BeforeEachNode(func(_ context.Context, node *Node) {
		if node.Incarnation() > 1 && node.Role() == "a" {
			saved.cluster.Link("a", "b") // set-up
		}
	})
	It("is a Boot", func(cluster *Cluster) { cluster.Restart("b") })
	It("is a BeforeEachNode", func(cluster *Cluster) { cluster.Restart("a") })
	It("is a Command", func(ctx SpecContext, cluster *Cluster) { Expect(meddle.On(ctx, cluster.Node("b"), 0)).To(Equal(1)) })
	It("is a goroutine of a body", func(ctx SpecContext, node *Node) {
		if node.Role() == "b" {
			done := make(chan struct{})
			go func() {
				defer close(done)
				saved.cluster.Crash("a") // goroutine
			}()
			<-done
		}
	})
})

// What comes after a spec, in the same process.
var _ = kind == "over" && Describe("over", Ordered, ContinueOnFailure, func() {
	It("was there", MultiNode(Roles("a", "b"), append(variant(), Boot(silent))...), func(cluster *Cluster) {
		DeferCleanup(func() { Expect(cluster.Running()).To(HaveLen(2), "it is there to the last") })
		save(cluster)
	})
	for _, name := range sortedNames(constants) {
		It(name, func(ctx SpecContext) { constants[name](ctx) })
	}
	for _, name := range sortedNames(uses) {
		It(name, func(ctx SpecContext) { uses[name](ctx) })
	}
})
