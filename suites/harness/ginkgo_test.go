package harness_test

import (
	"context"
	"os"
	"slices"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/cluster"
	. "github.com/7aca83c2/multinode/mnginkgo"
	"github.com/7aca83c2/multinode/suites/internal/variants"
)

var _ = variants.Describe("an Ordered container", Roles("a", "b"), Ordered, Label("ginkgo"), func() {
	var first *Cluster

	BeforeAll(func(ctx SpecContext, cluster *Cluster) {
		first = cluster
		Eventually(ctx, cluster).Should(HaveMembers("a", "b"))
	})

	It("has its nodes from the first spec", func(cluster *Cluster) {
		Expect(cluster).To(BeIdenticalTo(first))
		cluster.Crash("b")
	})

	It("to the last", func(cluster *Cluster) {
		Expect(cluster).To(BeIdenticalTo(first))
		Expect(cluster.Running()).To(Equal([]string{"a"}))
	})

	AfterAll(func(cluster *Cluster) {
		Expect(cluster.Running()).To(Equal([]string{"a"}))
	})
})

var _ = variants.Describe("an Ordered container inside", Roles("a", "b"), Label("ginkgo"), func() {
	It("leaves the specs beside it alone", func(cluster *Cluster) {
		Expect(cluster.Running()).To(HaveLen(2))
		cluster.Crash("a")
	})

	Context("ordered", Ordered, func() {
		It("crashes", func(cluster *Cluster) { cluster.Crash("a") })
		It("and remembers it", func(cluster *Cluster) { Expect(cluster.Running()).To(Equal([]string{"b"})) })
	})
})

var _ = variants.Describe("set-up and clean-up", Roles("a", "b"), Label("ginkgo"), func() {
	var trace []string

	BeforeEach(func(cluster *Cluster) {
		trace = []string{"before"}
		DeferCleanup(func(ctx SpecContext) {
			Expect(trace).To(Equal([]string{"before", "just before", "it", "after"}))
			Expect(cluster.Running()).To(Equal([]string{"a", "b"}), "the nodes run until the last clean-up")
			Expect(ClusterFrom(ctx)).To(BeIdenticalTo(cluster))
		})
	})
	JustBeforeEach(func(SpecContext, *Cluster) { trace = append(trace, "just before") })
	It("surround the body", func(*Cluster) { trace = append(trace, "it") })
	It("surround a plain body too", func() { trace = append(trace, "it") })
	AfterEach(func(_ SpecContext, _ *Cluster) { trace = append(trace, "after") })
	BeforeEach(func(node *Node) { Expect(node.Role()).To(BeElementOf("a", "b")) })
})

var _ = variants.Describe("a table", Roles("a", "b"), Label("ginkgo"), func() {
	DescribeTable("has the cluster from its context",
		func(ctx SpecContext, role string) {
			Expect(identify.On(ctx, ClusterFrom(ctx).Node(role), struct{}{})).To(Equal(role))
		},
		Entry("for a", "a"),
		Entry("for b", "b"),
	)
})

var _ = variants.Describe("repeated specs", Roles("a", "b"), Label("ginkgo"), func() {
	var attempts int

	It("may fail at first with FlakeAttempts, each time with new nodes", FlakeAttempts(3), func(cluster *Cluster) {
		attempts++
		Expect(cluster.Running()).To(HaveLen(2))
		cluster.Crash("a")
		if attempts < 2 {
			Fail("not yet")
		}
	})

	It("must pass each time with MustPassRepeatedly, with new nodes", MustPassRepeatedly(3), func(cluster *Cluster) {
		Expect(cluster.Running()).To(HaveLen(2))
		cluster.Crash("b")
	})
})

var _ = variants.Describe("specs that do not run", Roles("a", "b"), Label("ginkgo"), func() {
	It("are skipped", func(*Cluster) { Skip("on purpose") })
	PIt("are pending", func(*Cluster) { Fail("never run") })
})

// own is a node that is not ours, with a method for each matcher.
type own struct {
	role    string
	stopped *bool
}

func (o own) Members() []Member { return []Member{{Role: o.role, Status: Up}} }
func (o own) Leader() string    { return o.role }
func (own) Converged() bool     { return true }
func (o own) Stop(context.Context) error {
	*o.stopped = true
	return nil
}

var bootOwn = Boot(func(_ context.Context, env *Env) (Instance, error) { return own{env.Role, new(bool)}, nil })

var stopped = Command(func(_ context.Context, node *Node, _ struct{}) (bool, error) {
	return *node.Instance().(own).stopped, nil
})

var _ = variants.Describe("a node of one's own", Roles("x"), bootOwn, Label("boot"), func() {
	It("works with the matchers", func(ctx SpecContext, cluster *Cluster) {
		Expect(cluster).To(And(HaveMembers("x"), HaveLeader("x"), AgreeOnLeader(), HaveConverged()))
		Expect(stopped.On(ctx, cluster.Node("x"), struct{}{})).To(BeFalse())
		Expect(InterceptGomegaFailure(func() { cluster.Leave("x") })).To(
			MatchError("leave(x): harness_test.own has no method Leave(context.Context) error"))
		Expect(cluster.Running()).To(Equal([]string{"x"}), "it has not left")
	})
})

// wrapped is the default node with something beside it.
type wrapped struct {
	*ActorNode
	greeting string
}

var greeting = Command(func(_ context.Context, node *Node, _ struct{}) (string, error) {
	return node.Instance().(*wrapped).greeting + " " + string(node.Membership().Self().Address), nil
})

var _ = variants.Describe("a node around the default one", Roles("a", "b"), Label("boot"), Downing(cluster.AutoDown(50*time.Millisecond)), Boot(func(ctx context.Context, env *Env) (Instance, error) {
	instance, err := DefaultBoot(ctx, env)
	if err != nil {
		return nil, err
	}
	return &wrapped{instance.(*ActorNode), "this is"}, nil
}), func() {
	It("has its matchers, its system and its options", func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveMembers("a", "b"))
		Expect(greeting.On(ctx, cluster.Node("b"), struct{}{})).To(Equal("this is b"))
		cluster.Crash("b")
		Eventually(ctx, cluster).Should(HaveMembers("a"), "the downing policy was heeded")
	})
})

var _ = Describe("an It with MultiNode of its own", Label("ginkgo"), func() {
	variants.It("boots its nodes", Roles("a", "b"), func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveMembers("a", "b"))
	})
})

var _ = Describe("a plain spec beside the others", Label("ginkgo", "plain"), func() {
	It("is left alone", func(ctx SpecContext) { Expect(ctx.Err()).NotTo(HaveOccurred()) })
	It("may be Serial", Serial, func() { Expect(true).To(BeTrue()) })
})

// conductedBy declares the same specs, at one place and with one text, for several containers.
func conductedBy(options ...Option) {
	Describe("with nodes", MultiNode(Roles("a", "b"), options...), func() {
		var booted []string // in the process of the spec, which has a
		BeforeEachNode(func(_ context.Context, node *Node) {
			if node.Role() == "a" {
				booted = append(booted, node.Role())
			}
		})
		It("has the variant of its own container", func(ctx SpecContext, cluster *Cluster) {
			pids := map[int]bool{}
			for _, role := range cluster.Roles() {
				pid, err := process.On(ctx, cluster.Node(role), struct{}{})
				Expect(err).NotTo(HaveOccurred())
				pids[pid] = true
			}
			if slices.Contains(CurrentSpecReport().ContainerHierarchyTexts, "declared for several processes") {
				Expect(pids).To(HaveLen(2))
			} else {
				Expect(pids).To(HaveLen(1))
				Expect(booted).To(Equal([]string{"a"}), "what is set up for one is not set up for the others")
			}
		})
	})
}

var process = Command(func(context.Context, *Node, struct{}) (int, error) { return os.Getpid(), nil })

var (
	_ = Describe("declared for one process", Label("ginkgo", "plain"), func() { conductedBy() })
	_ = Describe("declared for several processes", Label("ginkgo", "plain"), func() { conductedBy(Parallel()) })
	_ = Describe("declared twice, alike", Label("ginkgo", "plain"), func() {
		conductedBy(BarrierTimeout(time.Second))
		conductedBy(BarrierTimeout(time.Second))
	})
	_ = Describe("declared twice, alike, in Ordered containers", Label("ginkgo", "plain"), func() {
		for range 2 {
			Describe("with nodes", Ordered, MultiNode(Roles("a", "b"), Parallel()), func() {
				It("keeps them", func(cluster *Cluster) { cluster.Crash("b") })
				It("to the end", func(cluster *Cluster) { Expect(cluster.Running()).To(Equal([]string{"a"})) })
			})
		}
	})
)

type (
	conducting func(*Cluster)
	plain      func()
)

var _ = variants.Describe("a body", Roles("a", "b"), Label("ginkgo"), func() {
	It("may take a context.Context for the cluster", func(ctx context.Context, cluster *Cluster) {
		Expect(identify.On(ctx, cluster.Node("b"), struct{}{})).To(Equal("b"))
	})
	It("may take a context.Context on each role", func(ctx context.Context, node *Node) { Expect(ctx.Err()).NotTo(HaveOccurred()) })
	It("may take a context.Context alone", func(ctx context.Context) { Expect(ClusterFrom(ctx).Running()).To(HaveLen(2)) })
	It("may be of a type with a name", conducting(func(cluster *Cluster) { Expect(cluster.Running()).To(HaveLen(2)) }))
	It("may be of such a type and take nothing", plain(func() {}))
})

var _ = variants.It("an It with nodes may take a context.Context alone", Roles("a", "b"), Label("ginkgo"), func(ctx context.Context) {
	Expect(ClusterFrom(ctx).Running()).To(HaveLen(2))
})
