package broken_test

import (
	"context"
	"net"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

// deaf has a socket that nobody reads from.
type deaf struct{ net.PacketConn }

func bootDeaf(_ context.Context, env *Env) (Instance, error) {
	socket, err := env.Network.ListenPacket("udp", ":9")
	return deaf{socket}, err
}

type udp string

func (udp) Network() string  { return "udp" }
func (a udp) String() string { return string(a) }

// flood sends a hundred datagrams of 872 bytes, which count as 1000 each.
var flood = Command(func(_ context.Context, n *Node, to string) (struct{}, error) {
	for range 100 {
		if _, err := n.Instance().(deaf).WriteTo(make([]byte, 872), udp(to)); err != nil {
			return struct{}{}, err
		}
	}
	return struct{}{}, nil
})

func flooded(ctx SpecContext, cluster *Cluster) {
	traffic := cluster.Link("a", "b").Traffic()
	for _, to := range []string{"b:9", "b:10"} {
		Expect(flood.On(ctx, cluster.Node("a"), to)).Error().NotTo(HaveOccurred())
	}
	Eventually(ctx, traffic.Dropped).Should(Equal(map[string]uint64{
		"reader behind at :9, buffer 64000 B": 36, "no reader at :10": 100,
	}))
	Expect(traffic).To(HaveFrames(200))
}

var _ = broken("datagrams", Roles("a", "b"), Boot(bootDeaf), DatagramBuffer(64_000), func() {
	It("shows what b has dropped", func(ctx SpecContext, cluster *Cluster) {
		flooded(ctx, cluster)
		Fail("to see the report")
	})
	It("shows it when b has gone, too", func(ctx SpecContext, cluster *Cluster) {
		flooded(ctx, cluster)
		cluster.Crash("b")
		Fail("to see the report")
	})
})
