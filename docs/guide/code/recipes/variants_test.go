package recipes_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

//guide:begin variants

// inAllVariants declares a container three times: with all nodes in one process, in virtual time, and with a process for each.
func inAllVariants(text string, roles RoleNames, body func(), options ...Option) {
	common := Options(options...)
	Describe(text+", in one process", Offset(1), Label("in-process"), MultiNode(roles, common), body)
	Describe(text+", in virtual time", Offset(1), Label("virtual"), MultiNode(roles, common, Virtual()), body)
	Describe(text+", across processes", Offset(1), Label("parallel"), MultiNode(roles, common, Parallel()), body)
}

func init() {
	inAllVariants("a restart", Roles("a", "b"), func() {
		It("is a new incarnation", func(ctx SpecContext, cluster *Cluster) {
			Eventually(ctx, cluster).Should(HaveMembers("a", "b"))
			cluster.Restart("b")
			Expect(cluster.Node("b").Incarnation()).To(BeEquivalentTo(2))
			Eventually(ctx, cluster).Should(HaveMembers("a", "b"))
		})
	})
}

//guide:end
