//go:build unix

package isolated_test

import (
	"context"
	"os"
	"strconv"
	"syscall"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

// rounds is how often each role is killed. MN_KILLS says it for soak runs.
func rounds() int {
	if n, err := strconv.Atoi(os.Getenv("MN_KILLS")); err == nil {
		return n
	}
	return 2
}

var pid = Command(func(context.Context, *Node, struct{}) (int, error) { return os.Getpid(), nil })

// pidOf returns the process id of a role, and has it looked for when the spec is over.
func pidOf(ctx context.Context, c *Cluster, role string) int {
	GinkgoHelper()
	id, err := pid.On(ctx, c.Node(role), struct{}{})
	Expect(err).NotTo(HaveOccurred())
	used = append(used, id)
	return id
}

var _ = Describe("a kill", alone(quick), isolated, Label("crash"), func() {
	It("of every role in turn is a kill, and the role comes back in a new process", func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
		for round := range rounds() {
			for _, victim := range cluster.Roles() {
				before := pidOf(ctx, cluster, victim)
				if round%2 == 0 {
					cluster.Crash(victim)
					Expect(cluster.Node(victim)).To(HaveBeenKilled(syscall.SIGKILL))
				} else {
					cluster.MayExit(victim)
					Expect(syscall.Kill(before, syscall.SIGKILL)).To(Succeed())
					Eventually(ctx, cluster.Node(victim)).Should(HaveBeenKilled(syscall.SIGKILL))
				}
				Expect(syscall.Kill(before, 0)).To(MatchError(syscall.ESRCH), "process %d of %s", before, victim)
				Expect(cluster.Node(victim)).NotTo(HaveExited(0))
				Eventually(ctx, cluster).Should(HaveMembers(cluster.Running()), "round %d, %s is gone", round, victim)
				cluster.Start(victim)
				Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"), "round %d, %s is back", round, victim)
				Expect(cluster.Node(victim)).NotTo(HaveBeenKilled(syscall.SIGKILL))
				Expect(pidOf(ctx, cluster, victim)).NotTo(Equal(before))
				Expect(cluster.Node(victim).Incarnation()).To(BeEquivalentTo(round + 2))
			}
		}
	})

	It("of all at once leaves nobody, and all come back", func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
		cluster.Crash("a", "b", "c")
		Expect(cluster.Running()).To(BeEmpty())
		cluster.Start("a", "b", "c")
		Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
	})

	It("of a paused role works, too", func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
		id := pidOf(ctx, cluster, "b")
		cluster.Pause("b")
		cluster.Crash("b")
		Expect(cluster.Node("b")).To(HaveBeenKilled(syscall.SIGKILL))
		Expect(syscall.Kill(id, 0)).To(MatchError(syscall.ESRCH))
		Eventually(ctx, cluster).Should(HaveMembers("a", "c"))
	})

	It("by another signal is told apart", func(ctx SpecContext, cluster *Cluster) {
		id := pidOf(ctx, cluster, "c")
		cluster.MayExit("c")
		Expect(syscall.Kill(id, syscall.SIGHUP)).To(Succeed())
		Eventually(ctx, cluster.Node("c")).Should(HaveBeenKilled(syscall.SIGHUP))
		Expect(cluster.Node("c")).NotTo(HaveBeenKilled(syscall.SIGKILL))
		Expect(cluster.Node("a")).NotTo(HaveBeenKilled(syscall.SIGHUP))
	})
})
