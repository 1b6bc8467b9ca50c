package broken_test

import (
	"fmt"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

// waiting specs stand still long enough to be looked at, or interrupted.
var _ = broken("waiting", Roles("a", "b", "c"), BarrierTimeout(time.Minute), func() {
	It("waits at a barrier", PollProgressAfter(300*time.Millisecond), func(ctx SpecContext, node *Node) {
		if node.Role() == "c" {
			fmt.Println("waiting now")
			<-ctx.Done()
		}
		node.Barrier("ready")
	})
})

var _ = broken("conductor", Roles("a", "b"), func() {
	It("panics in the spec's own process", func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveMembers("a", "b"))
		cluster.Crash("b")
		countIn(nil)
	})
	It("goes on", func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveMembers("a", "b"))
	})
})

var _ = broken("conductor-dies", Roles("a", "b"), func() {
	It("takes its process with it", func(ctx SpecContext, cluster *Cluster) {
		go func() { panic("the spec's process is out of cheese") }()
		<-ctx.Done()
	})
})

// In the parallel variant on two Ginkgo processes, b runs in the other one.
var _ = broken("process-1", Roles("a", "b"), func() {
	for i := range 4 {
		It(fmt.Sprintf("loses the broker %d", i), func(ctx SpecContext, cluster *Cluster) {
			if GinkgoParallelProcess() == 1 {
				time.Sleep(200 * time.Millisecond) // the other process joins
				go func() { panic("process 1 is out of cheese") }()
				<-ctx.Done()
			}
			Eventually(ctx, cluster).Should(HaveMembers("a")) // b is one, too
		})
	}
})
