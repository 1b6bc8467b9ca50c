package broken_test

import (
	"context"
	"encoding/binary"
	"math/rand/v2"
	"net"
	"os"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/cluster"
	. "github.com/7aca83c2/multinode/mnginkgo"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/fault"
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
			Eventually(ctx, cluster).WithTimeout(5 * time.Minute).Should(HaveMembers("a"))
		}
	})
	It("goes on", func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveMembers("a", "b"))
	})
})

var _ = broken("starts-a-program", Roles("a"), Boot(Exec("sleep", "1000")), func() {
	It("runs", func(*Cluster) {})
})

// drawer sends what nobody has seeded.
func drawer(_ context.Context, env *Env) (Instance, error) {
	endpoint, err := env.Network.Open(env.Address, func(transport.Address, []byte) {})
	if err != nil {
		return nil, err
	}
	draw := rand.Uint64()
	if is("seeded") {
		draw = env.Rand.Uint64()
	}
	return endpoint, endpoint.Send("a", binary.BigEndian.AppendUint64(nil, draw))
}

var _ = broken("draws", Roles("a"), Boot(drawer), func() {
	It("sends", func(*Cluster) { time.Sleep(time.Second) })
})

var _ = broken("unlucky", Roles("a"), Boot(drawer), func() {
	It("fails with some seeds", func(cluster *Cluster) {
		time.Sleep(time.Second)
		GinkgoWriter.Println("this seed it is:", cluster.Seed())
		AddReportEntry("draws with seed", cluster.Seed(), ReportEntryVisibilityFailureOrVerbose)
		Expect(cluster.Seed()%10).NotTo(BeZero(), "the last digit of the seed")
	})
})

// Its nodes down each other, so that a cut of two seconds parts them for good.
var _ = broken("shrinks", Roles("a", "b", "c"), Downing(cluster.AutoDown(2*time.Second)), func() {
	It("keeps its members", func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c"))
		nemesis := cluster.Unleash(Chaos{
			Mix:   map[string]int{"partition": 1, "isolate": 1, "lose": 4, "delay": 4, "duplicate": 4, "skew-clock": 4},
			Every: fault.Exponential(time.Second), Lasting: fault.Uniform(3*time.Second, 2*time.Second),
		})
		if is("brief") {
			time.Sleep(5 * time.Second)
		} else {
			time.Sleep(5 * time.Minute)
		}
		nemesis.Stop()
		switch {
		case is("always"):
			Fail("as it always does")
		case is("undrawn"):
			Expect(os.Getenv("MN_REPLAY")).NotTo(BeEmpty(), "what no seed draws")
		}
		Eventually(ctx, cluster).WithTimeout(time.Second).Should(HaveMembers("a", "b", "c"))
	})
})

var _ = broken("flaky", Roles("a", "b"), Boot(silent), func() {
	It("fails after some crashes", func(cluster *Cluster) {
		nemesis := cluster.Unleash(Chaos{Mix: map[string]int{"partition": 1, "crash": 1}, MaxDown: 1, Every: fault.Constant(time.Second)})
		time.Sleep(2500 * time.Millisecond)
		nemesis.Stop()
		Expect(len(cluster.Running())).To(Equal(2))
		if strings.Count(nemesis.Schedule(), ": crash") > 1 {
			Fail("it does not bear two crashes")
		}
	})
})
