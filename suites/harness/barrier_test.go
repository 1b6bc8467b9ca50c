package harness_test

import (
	"context"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
	"github.com/7aca83c2/multinode/suites/internal/variants"
)

var enter = Command(func(_ context.Context, node *Node, name string) (string, error) {
	node.Barrier(name)
	return node.Role(), nil
})

var _ = variants.Describe("a barrier", Roles("a", "b", "c"), Label("barrier"), func() {
	It("lines all roles up", func(node *Node) {
		node.Barrier("start")
		node.Barrier("end")
	})

	It("can be used again under the same name", func(node *Node) {
		for range 20 {
			node.Barrier("again")
		}
	})

	It("can be for some roles only", func(node *Node) {
		if node.Role() != "c" {
			node.Barrier("two", "a", "b")
		}
		node.Barrier("three")
	})

	It("opens when the last one comes late", func(ctx SpecContext, cluster *Cluster) {
		type result struct {
			role string
			err  error
		}
		results := make(chan result, 3)
		enterBarrier := func(role string) {
			got, err := enter.On(ctx, cluster.Node(role), "late")
			results <- result{got, err}
		}
		go enterBarrier("a")
		go enterBarrier("b")
		Consistently(ctx, results).ShouldNot(Receive())
		go enterBarrier("c")
		for range 3 {
			var r result
			Eventually(ctx, results).Should(Receive(&r))
			Expect(r.err).NotTo(HaveOccurred())
		}
	})

	It("refuses a role that does not exist", func(node *Node) {
		if node.Role() != "a" {
			return
		}
		Expect(InterceptGomegaFailure(func() { node.Barrier("x", "a", "z") })).To(
			MatchError(`Barrier("x"): unknown role "z": the roles are a, b, c`))
		Expect(InterceptGomegaFailure(func() { node.Barrier("x", "b", "c") })).To(
			MatchError(`barrier "x": a enters, but it is for b, c`))
	})
})

var _ = variants.Describe("a barrier that a role never comes to", Roles("a", "b", "c"),
	BarrierTimeout(50*time.Millisecond), Label("barrier"), func() {
		It("fails and names who is missing", func(ctx SpecContext, cluster *Cluster) {
			_, err := enter.On(ctx, cluster.Node("b"), "alone")
			Expect(err).To(MatchError(And(
				ContainSubstring(`barrier "alone": arrived b; missing a, c; waited `),
				MatchRegexp(`command on b, at .*barrier_test\.go:\d+`),
			)))
		})
	})
