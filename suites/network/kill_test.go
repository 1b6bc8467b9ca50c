package network_test

import (
	"bufio"
	"context"
	"os"
	"syscall"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
	"github.com/7aca83c2/multinode/suites/internal/variants"
)

// wait reads from the connection of connect, and sends nothing.
var wait = Command(func(_ context.Context, n *Node, d time.Duration) (string, error) {
	of(n).mu.Lock()
	c := of(n).conn
	of(n).mu.Unlock()
	if err := c.SetReadDeadline(time.Now().Add(d)); err != nil {
		return "", err
	}
	return bufio.NewReader(c).ReadString('\n')
})

// exit ends the process of its role.
var exit = Command(func(_ context.Context, _ *Node, code int) (struct{}, error) {
	os.Exit(code)
	return struct{}{}, nil
})

var (
	beReset   = MatchError(ContainSubstring("connection reset"))
	beRefused = MatchError(ContainSubstring("connection refused"))
	beSilent  = MatchError(Or(ContainSubstring("i/o timeout"), ContainSubstring("deadline exceeded")))
)

// connected opens the connections of a and c to b.
func connected(ctx SpecContext, cluster *Cluster) {
	GinkgoHelper()
	for _, from := range []string{"a", "c"} {
		Expect(connect.On(ctx, cluster.Node(from), "b:7")).Error().NotTo(HaveOccurred())
		Expect(say.On(ctx, cluster.Node(from), line{"one", patient})).To(Equal("b one\n"))
	}
}

// waiting returns what a read that has begun will end with.
func waiting(ctx SpecContext, n *Handle) <-chan error {
	ended := make(chan error, 1)
	go func() {
		defer GinkgoRecover()
		_, err := wait.On(ctx, n, patient)
		ended <- err
	}()
	return ended
}

// dial returns what to dial for that long ends with.
func dial(ctx SpecContext, n *Handle, address string, d time.Duration) error {
	limited, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	_, err := connect.On(limited, n, address)
	return err
}

func comesBack(ctx SpecContext, cluster *Cluster) {
	GinkgoHelper()
	cluster.Start("b")
	connected(ctx, cluster)
}

var _ = variants.Describe("the death of a process", Roles("a", "b", "c"), Label("network", "kill"), Boot(boot), variants.AlsoIsolated, func() {
	BeforeEach(connected)

	It("resets its connections and refuses new ones, until it is started again", func(ctx SpecContext, cluster *Cluster) {
		for range 2 {
			onlyReads := waiting(ctx, cluster.Node("a"))
			cluster.Kill("b")
			Eventually(ctx, onlyReads).Should(Receive(beReset))
			Expect(say.On(ctx, cluster.Node("c"), line{"two", patient})).Error().To(beReset)
			Expect(dial(ctx, cluster.Node("a"), "b:7", patient)).To(beRefused)
			Expect(dial(ctx, cluster.Node("c"), "b:80", patient)).To(beRefused)
			Expect(ask.On(ctx, cluster.Node("a"), "b:9")).Error().To(beRefused)
			Expect(fetch.On(ctx, cluster.Node("a"), "http://c/x")).To(Equal("c for /x"))
			comesBack(ctx, cluster)
		}
		cluster.Kill("b")
		cluster.Restart("b")
		connected(ctx, cluster)
	})

	It("is another one than that of a machine, which is silent", Label("crash"), func(ctx SpecContext, cluster *Cluster) {
		cluster.Crash("b")
		Expect(wait.On(ctx, cluster.Node("a"), brief)).Error().To(beSilent)
		Expect(say.On(ctx, cluster.Node("c"), line{"two", brief})).Error().To(beSilent)
		Expect(dial(ctx, cluster.Node("a"), "b:7", brief)).To(beSilent)
		comesBack(ctx, cluster)
		cluster.Kill("b")
		comesBack(ctx, cluster)
		cluster.Crash("b") // whatever was before
		Expect(dial(ctx, cluster.Node("a"), "b:7", brief)).To(beSilent)
	})

	It("is not told through a cut, and is when it is healed", Label("partition"), func(ctx SpecContext, cluster *Cluster) {
		cluster.Link("b", "a").Cut()
		cluster.Kill("b")
		Expect(wait.On(ctx, cluster.Node("a"), brief)).Error().To(beSilent)
		Expect(wait.On(ctx, cluster.Node("c"), patient)).Error().To(beReset)
		cluster.HealAll()
		Expect(say.On(ctx, cluster.Node("a"), line{"two", patient})).Error().To(beReset)
		Expect(dial(ctx, cluster.Node("a"), "b:7", patient)).To(beRefused)
	})

	It("may be that of all at once", func(ctx SpecContext, cluster *Cluster) {
		cluster.Kill("a", "b", "c")
		Expect(cluster.Running()).To(BeEmpty())
		cluster.Start("a")
		Expect(dial(ctx, cluster.Node("a"), "b:7", patient)).To(beRefused)
		cluster.Start("b", "c")
		connected(ctx, cluster)
	})

	It("leaves a machine from which nobody can leave, or be killed again", func(ctx SpecContext, cluster *Cluster) {
		cluster.Kill("b")
		Expect(cluster.Running()).To(Equal([]string{"a", "c"}))
		Expect(cluster.Node("b").Running()).To(BeFalse())
		for verb, do := range map[string]func(...string){"kill": cluster.Kill, "crash": cluster.Crash, "leave": cluster.Leave} {
			Expect(InterceptGomegaFailure(func() { do("b") })).To(
				MatchError(HavePrefix(verb + `: role "b" is killed; it must be running`)))
		}
		Expect(say.On(ctx, cluster.Node("b"), line{"two", brief})).Error().To(MatchError(ContainSubstring("role b is killed")))
		Expect(InterceptGomegaFailure(func() { cluster.Kill() })).To(MatchError("kill needs a role: the roles are a, b, c"))
		Expect(InterceptGomegaFailure(func() { cluster.Kill("z") })).To(MatchError(HavePrefix(`kill: unknown role "z"`)))
		Expect(InterceptGomegaFailure(func() { cluster.Kill("a", "a") })).To(MatchError(`kill: role "a" is named twice`))
	})

	It("comes in good order, too: a node that has left refuses", Label("leave"), func(ctx SpecContext, cluster *Cluster) {
		onlyReads := waiting(ctx, cluster.Node("a"))
		cluster.Leave("b")
		Eventually(ctx, onlyReads).Should(Receive(MatchError(MatchRegexp("EOF|connection reset"))))
		Expect(dial(ctx, cluster.Node("a"), "b:7", patient)).To(beRefused)
		comesBack(ctx, cluster)
	})
})

var _ = Describe("the death of an isolated role's process", MultiNode(Roles("a", "b", "c"), Boot(boot), Parallel(Isolated())),
	Label("network", "kill", variants.Isolated), func() {
		BeforeEach(connected)

		AfterEach(func(ctx SpecContext, cluster *Cluster) {
			Expect(dial(ctx, cluster.Node("a"), "b:7", patient)).To(beRefused)
			comesBack(ctx, cluster)
		})

		It("is a SIGKILL", func(ctx SpecContext, cluster *Cluster) {
			cluster.Kill("b")
			Expect(cluster.Node("b")).To(HaveBeenKilled(syscall.SIGKILL))
			Expect(wait.On(ctx, cluster.Node("a"), patient)).Error().To(beReset)
		})

		It("may come while it is paused", Label("pause"), func(ctx SpecContext, cluster *Cluster) {
			cluster.Pause("b")
			cluster.Kill("b")
			Expect(wait.On(ctx, cluster.Node("a"), patient)).Error().To(beReset)
		})

		It("may be an exit that it was told to", func(ctx SpecContext, cluster *Cluster) {
			cluster.Exit(3, "b")
			Expect(cluster.Node("b")).To(HaveExited(3))
			Expect(wait.On(ctx, cluster.Node("a"), patient)).Error().To(beReset)
		})

		It("may be an exit of its own", func(ctx SpecContext, cluster *Cluster) {
			cluster.MayExit("b")
			onlyReads := waiting(ctx, cluster.Node("a"))
			Expect(exit.On(ctx, cluster.Node("b"), 4)).Error().To(HaveOccurred())
			Eventually(ctx, cluster.Node("b")).Should(HaveExited(4))
			Expect(dial(ctx, cluster.Node("c"), "b:80", patient)).To(beRefused)
			Eventually(ctx, onlyReads).Should(Receive(beReset))
		})
	})
