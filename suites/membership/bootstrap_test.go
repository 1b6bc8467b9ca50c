package membership_test

import (
	"context"
	"fmt"
	"os"
	"slices"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
	"github.com/7aca83c2/multinode/suites/internal/variants"
)

var processID = Command(func(context.Context, *Node, struct{}) (int, error) { return os.Getpid(), nil })

var _ = func() bool {
	for _, roles := range []RoleNames{Roles("a"), Roles("a", "b"), Roles("a", "b", "c"), Roles("a", "b", "c", "d", "e")} {
		variants.Describe(fmt.Sprintf("a cluster of %d", len(roles)), roles, Label("bootstrap"), func() {
			It("forms", func(ctx SpecContext, cluster *Cluster) {
				Eventually(ctx, cluster).Should(HaveMembers(roles))
				Eventually(ctx, cluster).Should(HaveConverged())
				Eventually(ctx, cluster).Should(AgreeOnLeader())
			})
		})
	}
	return true
}()

var _ = variants.Describe("roles and addresses", Roles("north", "south", "east"), Label("bootstrap"), func() {
	It("are those of the decorator", func(ctx SpecContext, cluster *Cluster) {
		Expect(cluster.Roles()).To(Equal([]string{"north", "south", "east"}))
		Expect(cluster.Running()).To(Equal(cluster.Roles()))
		Expect(cluster.Node("south").Role()).To(Equal("south"))
		Expect(cluster.Node("south").Address()).To(BeEquivalentTo("south"))
		Expect(cluster.Node("south").Incarnation()).To(BeEquivalentTo(1))
		Eventually(ctx, cluster).Should(HaveMembers("north", "south", "east"))
	})

	It("are known to the nodes too", func(node *Node) {
		Expect(node.Roles()).To(Equal([]string{"north", "south", "east"}))
		Expect(node.System().Address()).To(BeEquivalentTo(node.Role()))
		Expect(node.Incarnation()).To(BeEquivalentTo(1))
	})

	It("refuses a role that does not exist", func(cluster *Cluster) {
		Expect(InterceptGomegaFailure(func() { cluster.Node("west") })).To(
			MatchError(`Node: unknown role "west": the roles are north, south, east`))
		Expect(InterceptGomegaFailure(func() { cluster.Crash("west") })).To(
			MatchError(`crash: unknown role "west": the roles are north, south, east`))
		Expect(InterceptGomegaFailure(func() { cluster.Partition("north", "west") })).To(
			MatchError(`partition(north, west): unknown role "west": the roles are north, south, east`))
		Expect(InterceptGomegaFailure(func() { cluster.Partition("north", "north") })).To(
			MatchError(`partition(north, north): role "north" is named twice: a link needs two different roles`))
		Expect(InterceptGomegaFailure(func() { cluster.Start("north") })).To(
			MatchError(`start: role "north" is running; it must be not started or crashed or killed or gone after Leave`))
	})
})

var _ = variants.Describe("addresses of one's own", Roles("a", "b"), Address("b", "10.0.0.2:2551"), alert, Label("bootstrap"), func() {
	It("are those of the nodes, which verbs and views still call by their roles", func(ctx SpecContext, cluster *Cluster) {
		Expect(cluster.Node("b").Address()).To(BeEquivalentTo("10.0.0.2:2551"))
		Eventually(ctx, cluster).Should(HaveMembers("a", "b"))
		cluster.Partition("a", "b")
		Eventually(ctx, cluster.Node("a")).Should(HaveUnreachable("b"))
	})

	It("are known to the nodes", func(node *Node) {
		Expect(node.System().Address()).To(Equal(node.Env().AddressOf(node.Role())))
		Expect(node.Env().AddressOf("b")).To(BeEquivalentTo("10.0.0.2:2551"))
	})
})

var _ = variants.Describe("five roles", Roles("a", "b", "c", "d", "e"), Label("bootstrap"), func() {
	It("have a process each, or all the same", func(ctx SpecContext, cluster *Cluster) {
		pids := map[int]bool{}
		for _, role := range cluster.Roles() {
			pid, err := processID.On(ctx, cluster.Node(role), struct{}{})
			Expect(err).NotTo(HaveOccurred())
			pids[pid] = true
		}
		if parallel(ctx) {
			Expect(pids).To(HaveLen(5))
		} else {
			Expect(pids).To(HaveLen(1))
		}
	})
})

func parallel(ctx SpecContext) bool { return slices.Contains(ctx.SpecReport().Labels(), "parallel") }

var _ = variants.Describe("waiting for what never comes", Roles("a", "b"), Label("bootstrap"), func() {
	It("fails with the views in its message", func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveMembers("a", "b"))
		failure := InterceptGomegaFailure(func() {
			Eventually(ctx, cluster).WithTimeout(1).Should(HaveMembers("a"))
		})
		Expect(failure).To(MatchError(ContainSubstring(`Expected
    <*mnginkgo.Cluster>: a and b
every live node to have exactly these members up
    ["a"]
but
    a  sees  a up, b up
    b  sees  a up, b up`)))
	})
})
