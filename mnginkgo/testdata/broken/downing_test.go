package broken_test

import (
	"slices"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/cluster/downing"
	. "github.com/7aca83c2/multinode/mnginkgo"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/fault"
)

// stableAfter is for how long a view has to be stable before a rule decides.
const stableAfter = 200 * time.Millisecond

// evenHalf is a rule of majority that takes half of the members for one. Of three members no split does harm: one
// has to be gone first.
type evenHalf struct{}

func (evenHalf) Decide(s cluster.Situation) []transport.Address {
	if s.Stable < stableAfter {
		return nil
	}
	lost := s.View.Unreachable()
	if 2*len(lost) <= len(s.View.Members) { // < would be right
		return lost
	}
	var here []transport.Address
	for _, m := range s.View.Members {
		if !m.Unreachable {
			here = append(here, m.Address)
		}
	}
	return here
}

func rule() cluster.Downing {
	if is("whole") {
		return downing.KeepMajority(stableAfter)
	}
	return evenHalf{}
}

var _ = broken("downs", Roles("a", "b", "c"), SeedRoles("a", "b", "c"), Downing(rule()),
	Detector(cluster.Deadline(50*time.Millisecond, 150*time.Millisecond)), func() {
		It("keeps one side of a split", func(ctx SpecContext, cluster *Cluster) {
			Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
			nemesis := cluster.Unleash(Chaos{
				Mix:   map[string]int{"split": 2, "crash": 2, "delay": 3, "lose": 3, "duplicate": 3},
				Every: fault.Exponential(500 * time.Millisecond), Lasting: fault.Uniform(300*time.Millisecond, 250*time.Millisecond),
			})
			time.Sleep(4 * time.Second)
			nemesis.Stop()
			Eventually(ctx, sides).WithArguments(cluster).Should(BeEmpty())
		})
	})

// sides returns who is in a cluster with whom, in the eyes of those who are up, if there is more than one.
func sides(cluster *Cluster) ([]string, error) {
	views, err := cluster.Observe()
	var all []string
	for _, v := range views {
		up := slices.ContainsFunc(v.Members, func(m Member) bool { return m.Role == v.Role && m.Status == Up })
		if v.Ended == "" && up {
			all = append(all, v.String())
		}
	}
	slices.Sort(all)
	if all = slices.Compact(all); len(all) == 1 {
		all = nil
	}
	return all, err
}
