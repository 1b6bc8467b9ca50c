package raftkv_test

import (
	"fmt"
	"slices"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

func init() {
	inAllVariants("a leader that is cut off", Roles("a", "b", "c"), func() {
		var leader string
		var others []string

		BeforeEach(func(ctx SpecContext, cluster *Cluster) {
			Eventually(ctx, cluster).Should(AgreeOnLeader())
			leader = leaderOf(cluster.Node("a"))
			others = slices.DeleteFunc(cluster.Roles(), func(role string) bool { return role == leader })
			Expect(put.On(ctx, cluster.Node(leader), pair{"color", "red"})).Error().NotTo(HaveOccurred())
		})

		It("can acknowledge nothing", func(ctx SpecContext, cluster *Cluster) {
			cluster.Isolate(leader)
			Expect(put.On(ctx, cluster.Node(leader), pair{"color", "green"})).Error().To(MatchError(ContainSubstring("outcome is not known")))
		})

		It("is replaced, and its log repaired", func(ctx SpecContext, cluster *Cluster) {
			cluster.Isolate(leader)
			Expect(put.On(ctx, cluster.Node(leader), pair{"color", "green"})).Error().To(HaveOccurred())
			Eventually(ctx, cluster.Node(others[0])).Should(HaveLeader(BeElementOf(others)))
			next := leaderOf(cluster.Node(others[0]))
			Eventually(ctx, func() error {
				_, err := put.On(ctx, cluster.Node(next), pair{"color", "blue"})
				return err
			}).Should(Succeed())

			cluster.Around(leader).Mend()
			Eventually(ctx, cluster).Should(AgreeOnLeader())
			for _, role := range cluster.Roles() {
				Eventually(ctx, copyOf.On).WithArguments(ctx, cluster.Node(role), "color").Should(Equal("blue"), "at "+role)
			}
		})
	})

	inAllVariants("a cluster that crashes as a whole", Roles("a", "b", "c"), func() {
		It("has all that it has acknowledged", func(ctx SpecContext, cluster *Cluster) {
			Eventually(ctx, cluster).Should(AgreeOnLeader())
			leader := leaderOf(cluster.Node("a"))
			for i := range 20 {
				Expect(put.On(ctx, cluster.Node(leader), pair{fmt.Sprint("key ", i), fmt.Sprint(i)})).Error().NotTo(HaveOccurred())
			}

			cluster.Crash(cluster.Roles()...)
			cluster.Start(cluster.Roles()...)

			Eventually(ctx, cluster).Should(AgreeOnLeader())
			for i := range 20 {
				Eventually(ctx, func() (string, error) {
					return get.On(ctx, cluster.Node(leaderOf(cluster.Node("a"))), fmt.Sprint("key ", i))
				}).Should(Equal(fmt.Sprint(i)))
			}
		})
	})
}

// leaderOf returns whom a node takes for the leader.
func leaderOf(node *Handle) string {
	view, err := node.View()
	if err != nil || view.Leader == "" {
		return node.Role() // as good as any to ask
	}
	return view.Leader
}
