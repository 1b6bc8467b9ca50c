package team_test

import (
	"context"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/gcustom"

	. "github.com/7aca83c2/multinode/mnginkgo"
	"github.com/7aca83c2/multinode/transport/fault"
)

//guide:begin chaos
var weather = Chaos{
	Mix:     map[string]int{"split": 3, "partition": 2, "one-way": 2, "crash": 2, "delay": 1, "lose": 1},
	Every:   fault.Exponential(500 * time.Millisecond),
	Lasting: fault.Uniform(4*time.Second, time.Second),
}

// leaders returns who takes itself for the leader.
func leaders(cluster *Cluster) func() ([]string, error) {
	return func() ([]string, error) {
		views, err := cluster.Observe()
		var roles []string
		for _, view := range views {
			if view.Leader == view.Role {
				roles = append(roles, view.Role)
			}
		}
		return roles, err
	}
}

var beOneAtMost = gcustom.MakeMatcher(func(leaders []string) (bool, error) { return len(leaders) < 2, nil }).
	WithMessage("be one leader at most")

// hasOneLeaderAtMost works while the nemesis does.
func hasOneLeaderAtMost() {
	It("has one leader at most, whatever happens", func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveLeader("a"))
		nemesis := cluster.Unleash(weather)
		for end := time.Now().Add(8 * time.Second); time.Now().Before(end); {
			// Two may overlap for as long as it takes to notice, but not longer.
			Eventually(ctx, leaders(cluster)).WithTimeout(1500 * time.Millisecond).Should(beOneAtMost)
			wait(ctx, 50*time.Millisecond)
		}
		nemesis.Stop()
		Eventually(ctx, cluster).Should(HaveLeader("a"), "once all is well again")
	})
}

// wait returns after a while, or when the spec ends.
func wait(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}

//guide:end
