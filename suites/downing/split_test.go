package downing_test

import (
	"fmt"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/types"

	"github.com/7aca83c2/multinode/cluster"
	. "github.com/7aca83c2/multinode/mnginkgo"
	"github.com/7aca83c2/multinode/suites/internal/variants"
)

// stableAfter is longer than the detector's patience, as it has to be. A survivor whose
// process does not get to run for as long as both together is given up, too, and rightly:
// the sum is what these specs ask of the machine.
const stableAfter = 400 * time.Millisecond

var _ = func() bool {
	for _, p := range policies {
		for _, n := range []int{3, 4, 5} {
			where := any(variants.WaitsForTime)
			if n > 3 || p.name == "keep-oldest, unless alone" {
				where = variants.VirtualOnly("that each policy waits for real and decides across processes is seen with three")
			}
			variants.Describe(fmt.Sprintf("%s, of %d", p.name, n), letters("abcde"[:n]), Label("downing", "partition"), where, p.after(stableAfter), func() {
				for _, split := range splits[n] {
					itKeeps(p.keeps[split], split)
				}
				if n == 3 {
					itGivesOneOfAPairUp(p.pair)
				}
			})
		}
		variants.Describe(p.name+", a node that is merely slow", letters("abc"), Label("downing", "partition"), variants.WaitsForTime, p.after(time.Hour), itStays)
	}
	return true
}()

// letters returns the roles of a side.
func letters(side string) RoleNames { return strings.Split(side, "") }

func itKeeps(survivors string, split [2]string) {
	It(fmt.Sprintf("keeps %q of %s|%s", survivors, split[0], split[1]), func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(And(HaveMembers(cluster.Roles()), HaveConverged()))
		cluster.Split(letters(split[0]), letters(split[1]))
		losers := expectLeft(ctx, cluster, survivors)

		cluster.HealAll()
		if survivors == "" {
			return
		}
		Consistently(ctx, cluster).WithTimeout(20 * time.Millisecond).Should(stayOut(losers))
		cluster.Restart(losers...)
		Eventually(ctx, cluster).Should(HaveMembers(cluster.Roles()))
	})
}

// stayOut holds while nobody sees one of the losers as a member again. Survivors may be
// slow to hear each other at times.
func stayOut(losers []string) types.GomegaMatcher {
	var out []types.GomegaMatcher
	for _, role := range losers {
		out = append(out, HaveStatus(role, Removed))
	}
	return And(out...)
}

func itGivesOneOfAPairUp(survivors string) {
	It("gives one of two up that do not hear each other", func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(And(HaveMembers("a", "b", "c"), HaveConverged()))
		cluster.Partition("a", "b")
		expectLeft(ctx, cluster, survivors)
	})
}

func itStays() {
	It("is kept when it is heard again", func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(And(HaveMembers("a", "b", "c"), HaveConverged()))
		cluster.Isolate("c")
		Eventually(ctx, cluster.Node("a")).Should(HaveUnreachable("c"))
		Eventually(ctx, cluster.Node("c")).Should(HaveUnreachable("a", "b"))
		cluster.Around("c").Mend()
		Eventually(ctx, cluster).Should(And(HaveMembers("a", "b", "c"), HaveConverged()))
		Expect(cluster).NotTo(HaveEnded())
	})
}

// expectLeft waits until just the survivors are left, each of whom sees all of them, and
// the others have ended. It returns the others.
func expectLeft(ctx SpecContext, c *Cluster, survivors string) (losers []string) {
	GinkgoHelper()
	for _, role := range c.Roles() {
		if strings.Contains(survivors, role) {
			Eventually(ctx, c.Node(role)).Should(HaveMembers(letters(survivors)))
			continue
		}
		Eventually(ctx, c.Node(role)).Should(HaveEnded(cluster.ErrDowned))
		losers = append(losers, role)
	}
	if survivors != "" {
		Eventually(ctx, c).Should(HaveMembers(letters(survivors)))
	}
	return losers
}
