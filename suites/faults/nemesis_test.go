package faults_test

import (
	"context"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/cluster"
	. "github.com/7aca83c2/multinode/mnginkgo"
	"github.com/7aca83c2/multinode/suites/internal/variants"
	"github.com/7aca83c2/multinode/transport/fault"
)

// dial tries a port at which nobody listens.
var dial = Command(func(ctx context.Context, n *Node, address string) (struct{}, error) {
	limited, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	_, err := n.Env().Network.DialContext(limited, "tcp", address)
	return struct{}{}, err
})

var _ = variants.Describe("a nemesis", Roles("a", "b", "c", "d", "e"), Label("faults"), variants.WaitsForTime, variants.AlsoIsolated,
	SeedRoles("a", "b", "c"), Detector(cluster.Deadline(25*time.Millisecond, 150*time.Millisecond)), func() {
		It("ends with its spec", func(ctx SpecContext, cluster *Cluster) {
			cluster.Unleash(Chaos{Mix: map[string]int{"lose": 1, "crash": 1}, Every: fault.Constant(10 * time.Millisecond)})
			Eventually(ctx, func() int { return len(cluster.Running()) }).Should(BeNumerically("<", 5))
		})

		It("tells two deaths apart, and has both again from a schedule", func(ctx SpecContext, cluster *Cluster) {
			nemesis := cluster.Unleash(Chaos{Schedule: "0s for 1h: kill a\n1ms for 1h: crash b\n"})
			Eventually(ctx, cluster.Running).Should(Equal([]string{"c", "d", "e"}))
			Expect(dial.On(ctx, cluster.Node("c"), "a:80")).Error().To(MatchError(ContainSubstring("connection refused")))
			Expect(dial.On(ctx, cluster.Node("c"), "b:80")).Error().To(MatchError(ContainSubstring("timeout")))
			nemesis.Stop()
			Expect(cluster.Running()).To(Equal(cluster.Roles()))
			Expect(nemesis.Schedule()).To(HaveSuffix("0s for 1h0m0s: kill a\n1ms for 1h0m0s: crash b\n"))
		})

		It("does harm, and leaves none behind", func(ctx SpecContext, cluster *Cluster) {
			Eventually(ctx, cluster).Should(HaveMembers(cluster.Roles()))
			nemesis := cluster.Unleash(Chaos{
				Mix: map[string]int{
					"partition": 1, "one-way": 1, "isolate": 1, "split": 1, "bridge": 1, "ring": 1, "overlapping-majorities": 1, "reset": 1,
					"delay": 1, "lose": 1, "lose-in-bursts": 1, "mtu": 1, "duplicate": 1, "reorder": 1, "corrupt": 1, "limit": 1, "skew-clock": 1, "crash": 1, "kill": 1,
				},
				Every: fault.Exponential(20 * time.Millisecond), Lasting: fault.Uniform(100*time.Millisecond, 90*time.Millisecond),
			})
			Eventually(ctx, cluster).Should(Not(HaveMembers(cluster.Roles())))
			Consistently(ctx, func() int { return len(cluster.Running()) }).WithTimeout(300 * time.Millisecond).Should(BeNumerically(">=", 3))
			nemesis.Stop()
			Expect(cluster.Running()).To(Equal(cluster.Roles()))
			cluster.Restart(cluster.Roles()...) // islands do not find each other by themselves
			Eventually(ctx, cluster).Should(HaveMembers(cluster.Roles()))
		})
	})
