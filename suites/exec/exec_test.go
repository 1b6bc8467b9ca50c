//go:build unix

package exec_test

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"runtime"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
	"github.com/7aca83c2/multinode/suites/internal/variants"
)

var _ = variants.Describe("a program", Roles("a", "b", "c"), Label("exec"), variants.NotVirtual("it runs programs"), Boot(boot), variants.AlsoIsolated, func() {
	var client *Handle // has no program, and talks to that of a

	BeforeEach(func(ctx SpecContext, cluster *Cluster) {
		client = cluster.Node("c")
		Expect(connect.On(ctx, client, "a:7")).Error().NotTo(HaveOccurred())
	})

	It("is reached by its role, and reaches others", func(ctx SpecContext) {
		Expect(say.On(ctx, client, sentence{"one", patient})).To(Equal("a one"))
		Expect(say.On(ctx, client, sentence{"via two", patient})).To(Equal("a heard: b two"))
	})

	It("waits in a cut of one way, and goes on when it is healed", Label("partition"), func(ctx SpecContext, cluster *Cluster) {
		Expect(say.On(ctx, client, sentence{"via one", patient})).To(Equal("a heard: b one"))

		cluster.Link("b", "a").Cut()
		Expect(say.On(ctx, client, sentence{"via two", brief})).Error().To(MatchError(ContainSubstring("i/o timeout")))

		cluster.HealAll()
		Expect(say.On(ctx, client, sentence{"", patient})).To(Equal("a heard: b two"))
	})

	It("is killed by a crash, and found again once it is back", Label("crash"), func(ctx SpecContext, cluster *Cluster) {
		Expect(say.On(ctx, client, sentence{"via one", patient})).To(Equal("a heard: b one"))
		before := programOf(ctx, cluster, "b")
		cluster.Crash("b")
		Eventually(ctx, gone).WithArguments(before.PID).Should(BeTrue())
		Expect(say.On(ctx, client, sentence{"via two", brief})).Error().To(MatchError(ContainSubstring("i/o timeout")))

		cluster.Start("b")
		Expect(programOf(ctx, cluster, "b").PID).NotTo(Equal(before.PID))
		Expect(say.On(ctx, client, sentence{"", patient})).To(Equal("a lost its peer"))
		Expect(say.On(ctx, client, sentence{"via three", patient})).To(Equal("a heard: b three"))
	})

	It("is killed alone by a kill, and its machine says so", Label("kill"), func(ctx SpecContext, cluster *Cluster) {
		Expect(say.On(ctx, client, sentence{"via one", patient})).To(Equal("a heard: b one"))
		before := programOf(ctx, cluster, "b")
		cluster.Kill("b")
		Eventually(ctx, gone).WithArguments(before.PID).Should(BeTrue())
		Expect(say.On(ctx, client, sentence{"via two", patient})).To(Equal("a lost its peer"))
		Expect(say.On(ctx, client, sentence{"via three", patient})).To(Equal("a lost its peer")) // on a new connection
		Expect(connect.On(ctx, cluster.Node("c"), "b:7")).Error().To(MatchError(ContainSubstring("connection refused")))

		cluster.Start("b")
		Expect(connect.On(ctx, client, "a:7")).Error().NotTo(HaveOccurred())
		Expect(say.On(ctx, client, sentence{"via four", patient})).To(Equal("a heard: b four"))
	})

	It("that ends by itself says how, and can be started again", func(ctx SpecContext, cluster *Cluster) {
		Expect(cluster.Node("a")).NotTo(HaveEnded())
		Expect(say.On(ctx, client, sentence{"exit", patient})).Error().To(HaveOccurred())
		Eventually(ctx, cluster.Node("a")).Should(HaveEnded(errors.New("ended: exit status 3\nits last output:\n  at your service\n  good bye")))
		Expect(cluster.Node("b")).NotTo(HaveEnded())
		Expect(connect.On(ctx, client, "a:7")).Error().To(MatchError(ContainSubstring("connection refused")))

		cluster.Restart("a")
		Expect(connect.On(ctx, client, "a:7")).Error().NotTo(HaveOccurred())
		Expect(say.On(ctx, client, sentence{"one", patient})).To(Equal("a one"))
	})

	It("is reached at its own port, past the network", func(ctx SpecContext, cluster *Cluster) {
		cluster.Isolate("b")
		Expect(talk(programOf(ctx, cluster, "b").Addr, patient)).To(Equal("b hello\n"))
	})
})

var _ = variants.Describe("a program that does not start", Roles("a", "b", "c"), Label("exec"), variants.NotVirtual("it runs programs"), Boot(boot),
	Starting("a"), Data("b", "die"), variants.AlsoIsolated, func() {
		It("leaves its last words", func(cluster *Cluster) {
			Expect(InterceptGomegaFailure(func() { cluster.Start("b") })).To(MatchError(
				ContainSubstring("ended before it listened at port 7: exit status 3\nits last output:\n  no license")))
			Expect(cluster.Running()).To(Equal([]string{"a"}))
		})
	})

var _ = Describe("a program of an isolated role", MultiNode(Roles("a", "b", "c"), Boot(boot), Parallel(Isolated())),
	Label("exec", "pause", variants.Isolated), func() {
		It("stands still while its role is paused", func(ctx SpecContext, cluster *Cluster) {
			b := programOf(ctx, cluster, "b")
			cluster.Pause("b")
			Expect(talk(b.Addr, brief)).Error().To(MatchError(ContainSubstring("i/o timeout")))
			cluster.Resume("b")
			Expect(talk(b.Addr, patient)).To(Equal("b hello\n"))
		})

		It("ends when the process of its role exits", func(ctx SpecContext, cluster *Cluster) {
			if runtime.GOOS != "linux" {
				Skip("a program outlives that on " + runtime.GOOS)
			}
			b := programOf(ctx, cluster, "b")
			cluster.Exit(3, "b")
			Eventually(ctx, gone).WithArguments(b.PID).Should(BeTrue())
		})
	})

// talk says hello at an address of this machine, and returns the answer.
func talk(address string, wait time.Duration) (string, error) {
	c, err := net.Dial("tcp", address)
	if err != nil {
		return "", err
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(wait)); err != nil {
		return "", err
	}
	if _, err := fmt.Fprintln(c, "hello"); err != nil {
		return "", err
	}
	return bufio.NewReader(c).ReadString('\n')
}
