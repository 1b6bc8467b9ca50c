package broken_test

import (
	"context"
	"errors"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster"
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

var _ = broken("lacking", Roles("a", "b"), Detector(cluster.Deadline(1, 1)), Boot(func(context.Context, *Env) (Instance, error) {
	return struct{}{}, nil
}), func() {
	It("has an option of the cluster that it does not boot", func(*Cluster) {})
})

var _ = broken("memberless", Roles("a", "b"), Boot(func(context.Context, *Env) (Instance, error) {
	return struct{}{}, nil
}), func() {
	It("knows no members", func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).WithTimeout(time.Minute).Should(HaveMembers("a", "b"))
	})
})

var _ = broken("endless", Roles("a", "b"), Boot(func(ctx context.Context, env *Env) (Instance, error) {
	switch {
	case env.Role == "a":
		return nil, nil
	case is("deaf"):
		select {} // deaf
	}
	<-ctx.Done()
	return nil, ctx.Err()
}), func() {
	It("boots for ever", func(*Cluster) {})
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
