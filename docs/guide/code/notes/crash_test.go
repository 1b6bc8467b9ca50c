package notes_test

import (
	"syscall"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

//guide:begin crash
var _ = Describe("notes that were acknowledged", MultiNode(Roles("a", "b", "client"), Boot(boot), Parallel(Isolated())), outlive)

func outlive() {
	It("are still there after a crash of all servers", Label("crash"), func(ctx SpecContext, cluster *Cluster) {
		from := cluster.Node("client")
		Expect(put.On(ctx, from, note{At: "a", Key: "milk", Text: "two bottles"})).Error().NotTo(HaveOccurred())

		cluster.Crash("a", "b")
		cluster.Start("a", "b")

		Expect(get.On(ctx, from, note{At: "a", Key: "milk"})).To(Equal("two bottles"))
	})
}

//guide:end

//guide:begin deaths
var _ = Describe("a server that is gone", MultiNode(Roles("a", "b", "client"), Boot(boot), Parallel(Isolated())), func() {
	It("refuses when its process has died, and is silent when its machine has", Label("crash"), func(ctx SpecContext, cluster *Cluster) {
		from := cluster.Node("client")
		cluster.Kill("b")
		Expect(cluster.Node("b")).To(HaveBeenKilled(syscall.SIGKILL))
		Expect(put.On(ctx, from, note{At: "a", Key: "milk"})).Error().To(MatchError(ContainSubstring("connection refused")))

		cluster.Start("b")
		cluster.Crash("b")
		Expect(put.On(ctx, from, note{At: "a", Key: "milk"})).Error().To(MatchError(ContainSubstring("Client.Timeout exceeded")))
	})

	It("is late when it was paused", func(ctx SpecContext, cluster *Cluster) {
		from := cluster.Node("client")
		cluster.Pause("b")
		Expect(put.On(ctx, from, note{At: "a", Key: "milk"})).Error().To(MatchError(ContainSubstring("Client.Timeout exceeded")))
		cluster.Resume("b")
		Eventually(ctx, func() error {
			_, err := put.On(ctx, from, note{At: "a", Key: "milk"})
			return err
		}).Should(Succeed())
	})
})

//guide:end
