package membership_test

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/cluster"
	. "github.com/7aca83c2/multinode/mnginkgo"
	"github.com/7aca83c2/multinode/suites/internal/variants"
)

// quick is a detector that finds out soon, and downs soon after: a survivor that does not get to run for as long as
// both take together is given up, too, and rightly.
var quick = Options(
	Detector(cluster.Deadline(25*time.Millisecond, 150*time.Millisecond)),
	Downing(cluster.AutoDown(250*time.Millisecond)),
)

var _ = variants.Describe("a crash", Roles("a", "b", "c"), Label("crash"), quick, variants.WaitsForTime, variants.AlsoIsolated, func() {
	for _, victim := range []string{"a", "b", "c"} {
		It("of "+victim+" is seen by the survivors, who drop it for good", func(ctx SpecContext, cluster *Cluster) {
			Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
			cluster.Crash(victim)
			Expect(cluster.Running()).To(HaveLen(2))
			Eventually(ctx, cluster).Should(HaveStatus(victim, Removed))
			Consistently(ctx, cluster).Should(HaveStatus(victim, Removed))
			Eventually(ctx, cluster).Should(HaveMembers(cluster.Running()))
		})
	}

	It("of two leaves the third alone", func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
		cluster.Crash("a", "b")
		Eventually(ctx, cluster).Should(HaveMembers("c"))
	})

	It("cannot happen twice", func(cluster *Cluster) {
		cluster.Crash("b")
		Expect(InterceptGomegaFailure(func() { cluster.Crash("b") })).To(
			MatchError(HavePrefix(`crash: role "b" is crashed; it must be running`)))
		Expect(InterceptGomegaFailure(func() { cluster.Leave("b") })).To(
			MatchError(`leave: role "b" is crashed; it must be running`))
		_, err := cluster.Node("b").View()
		Expect(err).To(MatchError("role b is crashed"))
	})
})

var _ = variants.Describe("a restart", Roles("a", "b", "c"), Label("crash", "restart"), quick, variants.WaitsForTime, variants.AlsoIsolated, func() {
	for _, role := range []string{"a", "c"} {
		It("of "+role+" brings a new incarnation in", func(ctx SpecContext, cluster *Cluster) {
			Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
			cluster.Restart(role)
			Expect(cluster.Node(role).Incarnation()).To(BeEquivalentTo(2))
			Eventually(ctx, cluster).Should(And(HaveMembers("a", "b", "c"), HaveConverged()))
			Consistently(ctx, cluster).Should(HaveMembers("a", "b", "c"))
		})
	}

	It("works after the crash was noticed, too", func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
		cluster.Crash("b")
		Eventually(ctx, cluster).Should(HaveMembers("a", "c"))
		cluster.Restart("b")
		Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
	})
})
