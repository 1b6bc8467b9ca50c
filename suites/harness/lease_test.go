package harness_test

import (
	"context"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
	"github.com/7aca83c2/multinode/suites/internal/variants"
)

var (
	acquire = Command(func(ctx context.Context, node *Node, name string) (bool, error) {
		return node.Env().Lease(name, time.Minute).Acquire(ctx, node.Role())
	})
	release = Command(func(ctx context.Context, node *Node, name string) (struct{}, error) {
		return struct{}{}, node.Env().Lease(name, time.Minute).Release(ctx, node.Role())
	})
)

var _ = variants.Describe("a lease", Roles("a", "b"), Label("lease"), func() {
	for range 2 { // the second spec starts with none held
		It("is one role's at a time, in spite of cuts", func(ctx SpecContext, cluster *Cluster) {
			a, b := cluster.Node("a"), cluster.Node("b")
			cluster.Partition("a", "b")
			Expect(acquire.On(ctx, a, "x")).To(BeTrue())
			Expect(acquire.On(ctx, b, "x")).To(BeFalse())
			Expect(acquire.On(ctx, b, "y")).To(BeTrue(), "another lease")
			Expect(acquire.On(ctx, a, "x")).To(BeTrue(), "it has it already")

			_, err := release.On(ctx, b, "x")
			Expect(err).NotTo(HaveOccurred())
			Expect(acquire.On(ctx, b, "x")).To(BeFalse(), "it was not b's to release")
			_, err = release.On(ctx, a, "x")
			Expect(err).NotTo(HaveOccurred())
			Expect(acquire.On(ctx, b, "x")).To(BeTrue())
		})
	}
})
