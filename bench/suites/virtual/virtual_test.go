// Package virtual_test measures virtual time: how much of it passes in a second of real time, and how many seeds
// a spec has in that.
package virtual_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/bench/crowd"
	"github.com/7aca83c2/multinode/bench/internal/figures"
	"github.com/7aca83c2/multinode/cluster"
	. "github.com/7aca83c2/multinode/mnginkgo"
	"github.com/7aca83c2/multinode/transport/fault"
)

// suite is the test that all runs in: specs that have a bubble of their own need it.
var suite *testing.T

func TestVirtual(t *testing.T) {
	suite = VirtualTime(t)
	go clock()
	RegisterFailHandler(Fail)
	RunSpecs(suite, "Virtual")
}

// sizes are how many nodes clusters have, and how long each is looked at in virtual time: for some seconds of real time.
var sizes = []struct {
	nodes       int
	idle, chaos time.Duration
}{
	{5, 30 * time.Minute, 5 * time.Minute},
	{50, 2 * time.Minute, 30 * time.Second},
	{200, 20 * time.Second, 5 * time.Second},
}

var _ = func() bool {
	for _, size := range sizes {
		inSteps(size.nodes, "idle", size.idle, func(_ *Cluster, window time.Duration) { time.Sleep(window) })
		inSteps(size.nodes, "chaos", size.chaos, suffer)
		It(fmt.Sprintf("%d nodes are idle in a bubble without steps", size.nodes), Label("plain", label(size.nodes)), func() {
			plain(size.nodes, size.idle)
		})
	}
	return true
}()

func label(nodes int) string { return fmt.Sprintf("of-%d", nodes) }

// inSteps declares a spec in virtual time that is measured while its cluster does something.
func inSteps(nodes int, kind string, window time.Duration, do func(*Cluster, time.Duration)) {
	roles, all := make([]string, nodes), make([]any, nodes)
	for i := range roles {
		roles[i] = fmt.Sprintf("n%03d", i)
		all[i] = roles[i]
	}
	well := And(HaveMembers(all...), HaveConverged())
	Describe(fmt.Sprintf("%d nodes", nodes), MultiNode(Roles(roles...), Virtual()), Label(kind, label(nodes)), func() {
		It("go through "+kind, func(ctx SpecContext, c *Cluster) {
			Eventually(ctx, c).WithTimeout(time.Minute).WithPolling(time.Second).Should(well)
			measure(kind, window, func(window time.Duration) { do(c, window) })
			Eventually(ctx, c).WithTimeout(time.Minute).WithPolling(time.Second).Should(well)
		})
	})
}

// suffer crashes and restarts nodes, cuts them off and loses frames: a fault a second, of some seconds.
func suffer(c *Cluster, window time.Duration) {
	nemesis := c.Unleash(Chaos{
		Mix:   map[string]int{"crash": 2, "isolate": 1, "partition": 1, "lose": 1},
		Every: fault.Exponential(time.Second), Lasting: fault.Uniform(2*time.Second, time.Second),
	})
	time.Sleep(window)
	nemesis.Stop()
}

// plain measures nodes that have the settings of DefaultBoot, but no harness around them, and frames that take no time.
func plain(nodes int, window time.Duration) {
	synctest.Test(suite, func(t *testing.T) {
		c, err := crowd.Start(t.Context(), nodes, cluster.WithDetector(cluster.Deadline(150*time.Millisecond, 500*time.Millisecond)))
		Expect(err).NotTo(HaveOccurred())
		defer c.Stop()
		measure("plain", window, time.Sleep)
		Expect(c.Check()).To(Succeed())
	})
}

// seeds is how many the spec with a cut has.
const seeds = 500

var _ = Describe("three nodes", MultiNode(Roles("a", "b", "c"), Virtual(), Seeds(seeds)), Label("seeds"), func() {
	It("forget a cut", func(ctx SpecContext, c *Cluster) {
		Eventually(ctx, c).Should(HaveMembers("a", "b", "c"))
		c.Split(RoleNames{"a"}, RoleNames{"b", "c"})
		Eventually(ctx, c.Node("a")).Should(HaveUnreachable("b", "c"))
		c.HealAll()
		Eventually(ctx, c).Should(And(HaveMembers("a", "b", "c"), HaveConverged()))
	})
})

var _ = ReportAfterSuite("seeds a second", func(report Report) {
	for _, spec := range report.SpecReports {
		if spec.NumAttempts > 1 {
			Expect(spec.NumAttempts).To(Equal(seeds))
			Expect(figures.Tell("seeds", float64(spec.NumAttempts)/spec.RunTime.Seconds())).To(Succeed())
		}
	}
})
