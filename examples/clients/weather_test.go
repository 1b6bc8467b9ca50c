package clients_test

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

// How long a client is told to try, and how long it may take to find a server again.
const (
	patient = 15 * time.Second
	brief   = 300 * time.Millisecond
	soon    = 3 * time.Second
)

// weather has the specs that every client goes through.
func (s subject) weather() {
	BeforeEach(func(ctx SpecContext) {
		Eventually(ctx, ask).WithArguments(ctx, "hello", patient).Should(answered("hello"))
	})

	// back asks for the client to be answered again, before long.
	back := func(ctx SpecContext, text string) {
		GinkgoHelper()
		Eventually(ctx, ask).WithArguments(ctx, text, brief).WithTimeout(soon).Should(answered(text))
	}

	It("gives up in a cut when its time is over, and goes on once it is healed", Label("partition"), func(ctx SpecContext, cluster *Cluster) {
		cluster.Partition("client", "server").MustBite()
		Expect(ask(ctx, "one", brief)).To(failed(s.silent, brief))
		cluster.Heal("client", "server")
		back(ctx, "two")
	})

	It("is answered late when a cut is healed in time", Label("partition"), func(ctx SpecContext, cluster *Cluster) {
		cut := cluster.Pair("client", "server").Cut()
		answer := begin(ctx, call{What: "ask", Text: "one", Within: patient})
		Eventually(ctx, cut.Bites).Should(BeNumerically(">", 0), "the question was lost")
		Consistently(ctx, answer).ShouldNot(Receive())
		cut.Undo()
		Eventually(ctx, answer).WithTimeout(soon).Should(Receive(answered("one")))
	})

	It("is answered by a server that has restarted", Label("crash"), func(ctx SpecContext, cluster *Cluster) {
		cluster.Restart("server")
		back(ctx, "one")
	})

	It("gives up when the server's machine is gone, and finds the next", Label("crash"), func(ctx SpecContext, cluster *Cluster) {
		cluster.Crash("server")
		Expect(ask(ctx, "one", brief)).To(failed(s.silent, brief))
		cluster.Start("server")
		back(ctx, "two")
	})

	It("learns soon that the server's process has died, and finds the next", Label("crash"), func(ctx SpecContext, cluster *Cluster) {
		waiting := make(<-chan outcome)
		if s.lost != "" {
			waiting = wait(ctx)
			Consistently(ctx, waiting).ShouldNot(Receive())
		}
		cluster.Kill("server")
		if s.lost != "" { // no keep-alive of TCP is as quick
			Eventually(ctx, waiting).WithTimeout(1500 * time.Millisecond).Should(Receive(HaveField("Err", Not(BeEmpty()))))
		}
		Eventually(ctx, ask).WithArguments(ctx, "one", brief).Should(failed(s.dead, brief))
		cluster.Start("server")
		back(ctx, "two")
	})

	if s.lost != "" {
		It("notices by its keep-alive that the server's machine is gone", Label("crash"), func(ctx SpecContext, cluster *Cluster) {
			waiting := wait(ctx)
			Consistently(ctx, waiting).ShouldNot(Receive())
			cluster.Crash("server")
			Eventually(ctx, waiting).WithTimeout(patient).Should(Receive(failed(s.lost, patient-2*time.Second)))
		})
	}

	It("gets all that it fetches, and right, on a link that loses frames", func(ctx SpecContext, cluster *Cluster) {
		loss := cluster.Pair("client", "server").Lose(0.1)
		for loss.Bites() < 10 {
			Expect(fetch(ctx, 500)).To(answered(allRight))
		}
	})

	It("feels a limit of the link", func(ctx SpecContext, cluster *Cluster) {
		const lines = 600
		cluster.Link("server", "client").Limit(lines * lineBytes) // which makes a second
		got := fetch(ctx, lines)
		Expect(got).To(answered(allRight))
		Expect(got.Took).To(And(BeNumerically(">=", 900*time.Millisecond), BeNumerically("<=", 2*time.Second)))
	})

	if s.keeps {
		It("finds again what the server has acknowledged, after a restart and a crash", Label("crash"), func(ctx SpecContext, cluster *Cluster) {
			put := func(key, value string) {
				GinkgoHelper()
				Expect(do(ctx, call{What: "put", Text: key, Value: value, Within: patient})).To(answered(""))
			}
			get := func(key string) outcome { return do(ctx, call{What: "get", Text: key, Within: brief}) }
			put("one", "red")
			cluster.Restart("server")
			Eventually(ctx, get).WithArguments("one").WithTimeout(soon).Should(answered("red"))

			put("two", "green")
			cluster.Crash("server")
			cluster.Start("server")
			Eventually(ctx, get).WithArguments("two").WithTimeout(soon).Should(answered("green"))
			Expect(get("one")).To(answered("red"))
		})
	}
}
