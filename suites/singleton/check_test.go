package singleton_test

import (
	"cmp"
	"slices"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

// runner waits until all agree on where the clerk is, and returns the role.
func runner(ctx SpecContext, cluster *Cluster) string {
	GinkgoHelper()
	Eventually(ctx, cluster).Should(HaveSingletonOn(clerk, BeElementOf(cluster.Running())))
	view, err := cluster.Node(cluster.Running()[0]).View()
	Expect(err).NotTo(HaveOccurred())
	return view.Singletons[0].Role
}

// history collects the shifts of nodes that will not be there to be asked later.
type history []shift

// take adds the shifts of some roles. Those that go on end now.
func (h *history) take(ctx SpecContext, cluster *Cluster, roles ...string) {
	GinkgoHelper()
	now := time.Now().UnixNano()
	for _, role := range roles {
		had, err := shifts.On(ctx, cluster.Node(role), struct{}{})
		Expect(err).NotTo(HaveOccurred())
		for _, s := range had {
			if s.To == 0 {
				s.To = now
			}
			*h = append(*h, s)
		}
	}
}

// expectNeverTwo fails if there were two instances at any time.
func (h *history) expectNeverTwo() {
	GinkgoHelper()
	slices.SortFunc(*h, func(a, b shift) int { return cmp.Compare(a.From, b.From) })
	for i, s := range (*h)[1:] {
		before := (*h)[i]
		Expect(s.From).To(BeNumerically(">=", before.To),
			"%s started %s before %s had stopped", s.Role, time.Duration(before.To-s.From), before.Role)
	}
}
