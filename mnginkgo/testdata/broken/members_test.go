package broken_test

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/cluster"
	. "github.com/7aca83c2/multinode/mnginkgo"
)

var _ = broken("hopeless", Roles("a", "b"), Starting("a"), func() {
	It("waits for a member that never comes", SpecTimeout(5*time.Second), func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveMembers("a", "b"))
	})
})

var _ = broken("members", Roles("a", "b", "c"), Detector(cluster.Deadline(20*time.Millisecond, 150*time.Millisecond)), func() {
	It("wants all members across a cut", func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
		cluster.Partition("a", "b")
		Eventually(ctx, cluster.Node("a")).Should(HaveUnreachable(ContainElement("b")))
		Eventually(ctx, cluster).WithTimeout(50 * time.Millisecond).Should(HaveMembers("a", "b", "c"))
	})
})
