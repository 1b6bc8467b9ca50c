package broken_test

import (
	"context"
	"fmt"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/cluster"
	. "github.com/7aca83c2/multinode/mnginkgo"
)

// mixed are 40 specs that fail only if somebody else kills processes of their roles. All
// with such processes need some time, for that to happen.
var _ = kind == "mixed" && mixed()

func mixed() bool {
	ReportBeforeSuite(nameProcess1)
	patient := Options(Boot(bootMarked), Detector(cluster.Deadline(100*time.Millisecond, 5*time.Second)))
	shared, own := Options(patient, Parallel()), Options(patient, Parallel(Isolated()))
	Describe("plain", func() { repeat(8, "is no cluster", plain) })
	Describe("in-process", MultiNode(Roles("a", "b"), patient), func() { // 6
		repeat(2, "is conducted", conducted)
		repeat(2, "runs on nodes", onNodes)
		It("restarts", restarting(false))
		It("crashes", crashing(false))
	})
	Describe("parallel", MultiNode(Roles("a", "b", "c"), shared), func() { // 9
		It("is conducted", conducted)
		repeat(2, "looks away", lookingAway)
		repeat(3, "runs on nodes", onNodes)
		It("restarts", restarting(false))
		It("crashes", crashing(false))
		It("leaves", leaving)
	})
	Describe("isolated", MultiNode(Roles("a", "b"), own), func() { // 8
		It("is conducted", conducted)
		It("looks away", lookingAway)
		repeat(2, "runs on nodes", onNodes)
		It("restarts", restarting(true))
		It("crashes", crashing(true))
		It("pauses", pausing)
		It("leaves", leaving)
	})
	Describe("parallel, ordered", Ordered, MultiNode(Roles("a", "b"), shared), inOrder) // 3
	Describe("isolated, ordered", MultiNode(Roles("a", "b", "c"), own), func() {        // 3
		Context("inside", Ordered, inOrder)
	})
	It("is alone, and parallel", MultiNode(Roles("a", "b"), shared), SpecTimeout(time.Minute), conducted)
	It("is alone, and isolated", MultiNode(Roles("a", "b"), own), onNodes)
	return DescribeTable("table", MultiNode(Roles("a", "b"), shared), func(ctx SpecContext, _ int) {
		conducted(ctx, ClusterFrom(ctx))
	}, Entry("is conducted", 1))
}

// repeat declares some specs with the same body.
func repeat(times int, text string, body any) {
	for i := range times {
		It(fmt.Sprintf("%s %d", text, i+1), body)
	}
}

func inOrder() {
	It("is conducted", conducted)
	It("runs on nodes", onNodes)
	It("is conducted again", conducted)
}

// lookFor is how long the specs look at what is not to change.
const lookFor = 40 * time.Millisecond

func plain(ctx SpecContext) {
	Consistently(ctx, func() int { return 1 }).WithTimeout(lookFor / 4).Should(Equal(1))
}

var echo = Command(func(_ context.Context, _ *Node, text string) (string, error) { return text, nil })

// conducted sees the cluster form, and asks its nodes again and again.
func conducted(ctx SpecContext, cluster *Cluster) {
	Eventually(ctx, cluster).Should(HaveMembers(cluster.Roles()))
	Consistently(ctx, func(g Gomega) {
		for _, role := range cluster.Running() {
			g.Expect(echo.On(ctx, cluster.Node(role), role)).To(Equal(role))
		}
		g.Expect(cluster).To(HaveMembers(cluster.Roles()))
	}).WithTimeout(lookFor).Should(Succeed())
}

// lookingAway looks at one node alone.
func lookingAway(ctx SpecContext, cluster *Cluster) {
	Consistently(ctx, echo.On).WithArguments(ctx, cluster.Node("a"), "a").WithTimeout(2 * lookFor).Should(Equal("a"))
}

// onNodes has each node see the others, and wait for them.
func onNodes(ctx SpecContext, node *Node) {
	Eventually(ctx, node).Should(HaveMembers(node.Roles()))
	node.Barrier("formed")
	Consistently(ctx, node).WithTimeout(lookFor).Should(HaveMembers(node.Roles()))
	node.Barrier("seen")
}

func restarting(isolated bool) func(SpecContext, *Cluster) {
	return func(ctx SpecContext, cluster *Cluster) {
		conducted(ctx, cluster)
		if isolated {
			spare(ctx, cluster, "b")
		}
		cluster.Restart("b")
		conducted(ctx, cluster)
	}
}

func crashing(isolated bool) func(SpecContext, *Cluster) {
	return func(ctx SpecContext, cluster *Cluster) {
		conducted(ctx, cluster)
		if isolated {
			spare(ctx, cluster, "b")
		}
		cluster.Crash("b")
		Consistently(ctx, cluster.Node("a")).WithTimeout(lookFor).Should(HaveMembers(cluster.Roles())) // who are patient
		cluster.Start("b")
		conducted(ctx, cluster)
	}
}

func pausing(ctx SpecContext, cluster *Cluster) {
	conducted(ctx, cluster)
	cluster.Pause("b")
	Consistently(ctx, cluster.Node("a")).WithTimeout(lookFor).Should(HaveMembers(cluster.Roles()))
	cluster.Resume("b")
	conducted(ctx, cluster)
}

func leaving(ctx SpecContext, cluster *Cluster) {
	conducted(ctx, cluster)
	cluster.Leave("b")
	Eventually(ctx, cluster).Should(HaveMembers(cluster.Running()))
	Consistently(ctx, cluster).WithTimeout(lookFor).Should(HaveMembers(cluster.Running()))
}
