//go:build unix

package isolated_test

import (
	"context"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

var now = Command(func(_ context.Context, node *Node, _ struct{}) (time.Time, error) { return node.Env().Clock.Now(), nil })

var _ = Describe("a pause", alone(), isolated, Label("pause"), func() {
	It("is seen as unreachable, and over when the role goes on", func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
		for _, role := range cluster.Roles() {
			cluster.Pause(role)
			Eventually(ctx, cluster).Should(HaveUnreachable(role))
			cluster.Resume(role)
			Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"), "%s goes on", role)
		}
	})

	It("keeps a role from answering, at once and with its reason", func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
		cluster.Pause("b")
		_, err := cluster.Node("b").View()
		Expect(err).To(MatchError("role b is paused"))
		_, err = pid.On(ctx, cluster.Node("b"), struct{}{})
		Expect(err).To(MatchError("command on b: role b is paused"))
		Expect(cluster.Running()).To(Equal([]string{"a", "c"}))
		Expect(InterceptGomegaFailure(func() { cluster.Leave("b") })).To(
			MatchError(`leave: role "b" is paused; it must be running`))
		cluster.Resume("b")
		pidOf(ctx, cluster, "b")
	})

	It("delays the setting of a clock", func(ctx SpecContext, cluster *Cluster) {
		cluster.Pause("b")
		cluster.SkewClock("b", time.Hour)
		cluster.Resume("b")
		Expect(now.On(ctx, cluster.Node("b"), struct{}{})).To(BeTemporally("~", time.Now().Add(time.Hour), time.Minute))
	})

	It("does not keep others from being cut, crashed and started", func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
		cluster.Pause("b")
		cluster.Partition("a", "b")
		cluster.Crash("c")
		cluster.HealAll()
		cluster.Start("c")
		cluster.Resume("b")
		Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
	})

	It("may last to the end of the spec", func(ctx SpecContext, cluster *Cluster) {
		pidOf(ctx, cluster, "b")
		cluster.Pause("a", "b", "c")
		Expect(cluster.Running()).To(BeEmpty())
	})
})
