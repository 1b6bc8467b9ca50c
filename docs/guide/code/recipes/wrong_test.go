//go:build fails

package recipes_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/stretchr/testify/require"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

var _ = Describe("testify on a role", MultiNode(Roles("a", "b"), Parallel()), func() {
	//guide:begin require
	It("fails the spec at its line", func(_ SpecContext, node *Node) {
		require.Equal(GinkgoT(), "a", node.Role())
	})
	//guide:end
})

var _ = Describe("gomock on a role", MultiNode(Roles("a", "b"), Boot(bootMocked), Parallel()), func() {
	//guide:begin missing
	It("misses a call when the node ends", func(ctx SpecContext, cluster *Cluster) {
		Expect(expect.On(ctx, cluster.Node("b"), "carol")).Error().NotTo(HaveOccurred())
	})
	//guide:end
})
