package broken_test

import (
	"context"
	"errors"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/actor"
	. "github.com/7aca83c2/multinode/mnginkgo"
)

var _ = broken("boot", Roles("a", "b"), Boot(func(_ context.Context, env *Env) (Instance, error) {
	switch {
	case env.Role == "a":
		return nil, nil
	case is("panic"):
		countIn(nil)
	}
	return nil, errors.New("port 80 is taken")
}), func() {
	It("boots on a only", func(*Cluster) {})
})

var _ = broken("before-each-node", Roles("a", "b"), func() {
	BeforeEachNode(func(_ context.Context, node *Node) { Expect(node.Role()).To(Equal("a")) })
	It("is set up on a only", func(*Cluster) {})
})

var _ = broken("stuck", Roles("a", "b"), func() {
	BeforeEachNode(func(_ context.Context, node *Node) {
		if node.Role() == "a" {
			return
		}
		sleeper, err := actor.SpawnFunc(node.System(), "sleeper", func(*actor.Context[int], int) error { select {} })
		Expect(err).NotTo(HaveOccurred())
		sleeper.Tell(1)
	})
	It("has an actor that never ends", func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveMembers("a", "b"))
	})
})
