package membership_test

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/cluster"
	. "github.com/7aca83c2/multinode/mnginkgo"
	"github.com/7aca83c2/multinode/suites/internal/variants"
)

// blind is a detector that notices nothing within a spec's time: what happens with
// it does not happen by detection.
var blind = Detector(cluster.Deadline(time.Second, time.Hour))

var _ = variants.Describe("leaving", Roles("a", "b", "c"), Label("leave"), blind, func() {
	for _, role := range []string{"a", "b", "c"} {
		It("takes "+role+" out without waiting for the failure detector", func(ctx SpecContext, cluster *Cluster) {
			Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
			cluster.Leave(role)
			Eventually(ctx, cluster).Should(And(HaveMembers(cluster.Running()), HaveStatus(role, Removed)))
		})
	}

	It("can be done by all, one after another", func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
		cluster.Leave("a", "b", "c")
		Expect(cluster.Running()).To(BeEmpty())
	})
})

var _ = variants.Describe("a late start", Roles("a", "b", "c"), Starting("a", "b"), Label("bootstrap"), func() {
	It("joins the cluster that is there", func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveMembers("a", "b"))
		Expect(cluster.Node("c").Running()).To(BeFalse())
		_, err := cluster.Node("c").View()
		Expect(err).To(MatchError("role c is not started"))
		cluster.Start("c")
		Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
	})
})
