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
)

// blind is a detector that notices nothing within a spec's time: what happens with
// it does not happen by detection.
var blind = Detector(cluster.Deadline(time.Second, time.Hour))

// quick is a detector that finds out soon, and downs soon after.
var quick = Options(
	Detector(cluster.Deadline(25*time.Millisecond, 150*time.Millisecond)),
	Downing(cluster.AutoDown(250*time.Millisecond)),
)

var _ = variants.Describe("a singleton whose host leaves", Roles("a", "b", "c"), Label("leave"), blind, func() {
	BeforeEachNode(func(_ context.Context, node *Node) { open(node) })

	It("moves, and loses none of the messages sent meanwhile", func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
		Expect(runner(ctx, cluster)).To(Equal("a"))

		const all, before = 100, 20
		begun, sent := make(chan struct{}), make(chan struct{})
		go func() {
			defer GinkgoRecover()
			defer close(sent)
			for i := range all {
				if i == before {
					close(begun)
				}
				Expect(send.On(ctx, cluster.Node("c"), i)).To(BeTrue())
			}
		}()
		Eventually(ctx, begun).Should(BeClosed())
		cluster.Leave("a")
		Eventually(ctx, sent).Should(BeClosed())

		var got []receipt
		Eventually(ctx, func() (err error) {
			got, err = receipts.On(ctx, cluster.Node("c"), struct{}{})
			return err
		}).Should(Satisfy(func(error) bool { return len(got) >= all }))
		numbers := map[string][]int{}
		for _, r := range got {
			numbers[r.By] = append(numbers[r.By], r.Number)
		}
		next := runner(ctx, cluster)
		inOrder := make([]int, all)
		for i := range inOrder {
			inOrder[i] = i
		}
		Expect(append(numbers["a"], numbers[next]...)).To(Equal(inOrder))
	})

	It("moves each time, and not back to a node that returns", func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
		var past history
		for range 3 {
			host := runner(ctx, cluster)
			cluster.Leave(host)
			next := runner(ctx, cluster)
			Expect(next).NotTo(Equal(host))
			cluster.Start(host)
			Eventually(ctx, cluster).Should(And(HaveMembers("a", "b", "c"), HaveSingletonOn(clerk, next)))
		}
		past.take(ctx, cluster, "a", "b", "c")
		past.expectNeverTwo()
		for _, role := range cluster.Running() {
			Expect(ask.On(ctx, cluster.Node(role), 1)).To(Equal(runner(ctx, cluster)))
		}
	})

	It("goes on where it is when another node leaves", func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
		Expect(runner(ctx, cluster)).To(Equal("a"))
		cluster.Leave("b")
		Eventually(ctx, cluster).Should(And(HaveMembers("a", "c"), HaveSingletonOn(clerk, "a")))
		Expect(shifts.On(ctx, cluster.Node("a"), struct{}{})).To(HaveLen(1))
	})
})

var _ = variants.Describe("a singleton whose host crashes", Roles("a", "b", "c"), Label("crash"), variants.WaitsForTime, quick, func() {
	BeforeEachNode(func(_ context.Context, node *Node) { open(node) })

	It("moves to the next oldest, and again", func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
		var past history
		for range 2 {
			host := runner(ctx, cluster)
			past.take(ctx, cluster, host)
			cluster.Crash(host)
			Expect(runner(ctx, cluster)).NotTo(Equal(host))
			for _, role := range cluster.Running() {
				Expect(ask.On(ctx, cluster.Node(role), 1)).To(Equal(runner(ctx, cluster)))
			}
		}
		past.take(ctx, cluster, cluster.Running()...)
		past.expectNeverTwo()
	})
})

var _ = variants.Describe("a singleton of a role", Roles("a", "b", "c"), Label("proxy"), quick, func() {
	BeforeEachNode(func(_ context.Context, node *Node) { open(node, singleton.WithRole("b")) })

	It("runs there alone, and is reached from everywhere", func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveSingletonOn(clerk, "b"))
		for _, role := range cluster.Running() {
			Expect(ask.On(ctx, cluster.Node(role), 1)).To(Equal("b"))
		}
	})

	It("is waited for while no node has the role", func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveSingletonOn(clerk, "b"))
		cluster.Crash("b")
		Eventually(ctx, cluster).Should(HaveSingletonOn(clerk, ""))
		want := make([]receipt, 10)
		for i := range want {
			want[i] = receipt{i, "b"}
			Expect(send.On(ctx, cluster.Node("c"), i)).To(BeTrue())
		}
		Expect(receipts.On(ctx, cluster.Node("c"), struct{}{})).To(BeEmpty())
		cluster.Start("b")
		Eventually(ctx, cluster).Should(HaveSingletonOn(clerk, "b"))
		Eventually(ctx, func() ([]receipt, error) {
			return receipts.On(ctx, cluster.Node("c"), struct{}{})
		}).Should(Equal(want))
	})
})
