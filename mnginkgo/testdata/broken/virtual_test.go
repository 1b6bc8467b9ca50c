package broken_test

import (
	"net"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

var outside = make(chan int)

func spin() {
	for began := time.Now(); time.Since(began) == 0; { // the clock cannot go on
	}
}

func accept() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	Expect(err).NotTo(HaveOccurred())
	_, err = listener.Accept()
	Expect(err).NotTo(HaveOccurred())
}

var _ = broken("goes-wrong", Roles("a", "b"), func() {
	It("goes wrong", func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveMembers("a", "b"))
		switch {
		case is("waits"):
			standStill()
		case is("leaves"):
			go standStill()
		case is("outside"):
			<-outside
		case is("accepts"):
			accept()
		case is("spins"):
			spin()
		case is("panics"):
			var none []int
			none[1]++
		case is("fails"):
			Expect(1).To(Equal(2))
		case is("late"):
			cluster.Partition("a", "b")
			Eventually(ctx, cluster).WithTimeout(30 * time.Minute).Should(HaveMembers("a"))
		}
	})
	It("goes on", func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveMembers("a", "b"))
	})
})

var _ = broken("starts-a-program", Roles("a"), Boot(Exec("sleep", "1000")), func() {
	It("runs", func(*Cluster) {})
})
