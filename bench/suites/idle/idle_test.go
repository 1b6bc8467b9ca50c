// Package idle_test measures what a cluster needs that has formed and does nothing: the
// time on a CPU of all its processes.
package idle_test

import (
	"context"
	"os"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/bench/internal/figures"
	"github.com/7aca83c2/multinode/bench/internal/idle"
	. "github.com/7aca83c2/multinode/mnginkgo"
)

func TestIdle(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "Idle")
}

var _ = SynchronizedBeforeSuite(StartBroker, JoinBroker)

// window is how long the cluster does nothing.
const window = 3 * time.Second

// usage is what a process has used of a CPU since it began.
type usage struct {
	PID int
	CPU time.Duration
}

var measure = Command(func(context.Context, *Node, struct{}) (usage, error) { return ownUsage() })

func ownUsage() (usage, error) {
	used, err := idle.Total()
	return usage{os.Getpid(), used}, err
}

var _ = Describe("three nodes", MultiNode(Roles("a", "b", "c"), Parallel()), func() {
	It("need little when nothing happens", func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(And(HaveMembers("a", "b", "c"), HaveConverged()))
		before, began := usages(ctx, cluster), time.Now()
		Expect(idle.Wait(ctx, window)).To(Succeed())
		after, took := usages(ctx, cluster), time.Since(began)

		Expect(cluster).To(HaveMembers("a", "b", "c"))
		var cpu time.Duration
		for pid, used := range after {
			Expect(before).To(HaveKey(pid))
			cpu += used - before[pid]
		}
		Expect(figures.Tell("idle", cpu.Seconds()/took.Seconds())).To(Succeed())
	})
})

// usages returns the time on a CPU of this process and of those of the roles, by their
// numbers.
func usages(ctx context.Context, cluster *Cluster) map[int]time.Duration {
	own, err := ownUsage()
	Expect(err).NotTo(HaveOccurred())
	all := map[int]time.Duration{own.PID: own.CPU}
	for _, role := range cluster.Roles() {
		used, err := measure.On(ctx, cluster.Node(role), struct{}{})
		Expect(err).NotTo(HaveOccurred())
		all[used.PID] = used.CPU
	}
	Expect(len(all)).To(BeNumerically(">=", len(cluster.Roles())), "processes")
	return all
}
