package network_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/netip"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
	"github.com/7aca83c2/multinode/suites/internal/variants"
)

// ask sends a datagram from a socket that is connected, and returns the answer.
var ask = Command(func(ctx context.Context, n *Node, address string) (string, error) {
	c, err := n.Env().Network.DialContext(ctx, "udp", address)
	if err != nil {
		return "", err
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(patient)); err != nil {
		return "", err
	}
	if _, err := c.Write([]byte("ping")); err != nil {
		return "", err
	}
	buf := make([]byte, 100)
	size, err := c.Read(buf)
	return fmt.Sprintf("%s from %s", buf[:size], c.RemoteAddr()), err
})

// listenOnly reads what comes over the connection that connect has opened, with a keep-alive of
// a second, and returns how that ends.
var listenOnly = Command(func(_ context.Context, n *Node, wait time.Duration) (string, error) {
	of(n).mu.Lock()
	c := of(n).conn
	of(n).mu.Unlock()
	keep := net.KeepAliveConfig{Enable: true, Idle: time.Second, Interval: time.Second}
	if err := c.(interface {
		SetKeepAliveConfig(net.KeepAliveConfig) error
	}).SetKeepAliveConfig(keep); err != nil {
		return "", err
	}
	if err := c.SetReadDeadline(time.Now().Add(wait)); err != nil {
		return "", err
	}
	_, err := io.ReadAll(c)
	return fmt.Sprint(err), nil
})

// seen is what a role sees of itself and of another one.
type seen struct{ Local, Remote, Looked, Resolved string }

var look = Command(func(ctx context.Context, n *Node, role string) (seen, error) {
	network := n.Env().Network
	c, err := network.DialContext(ctx, "tcp", role+":7")
	if err != nil {
		return seen{}, err
	}
	defer c.Close()
	local, err := netip.ParseAddrPort(c.LocalAddr().String())
	if err != nil {
		return seen{}, err
	}
	looked, err := network.LookupHost(ctx, role)
	if err != nil {
		return seen{}, err
	}
	resolved, err := network.ResolveAddr("udp", role+":9")
	return seen{local.Addr().String(), fmt.Sprintf("%T %v", c.RemoteAddr(), c.RemoteAddr()), looked[0], fmt.Sprintf("%T %v", resolved, resolved)}, err
})

var _ = variants.Describe("a dialed socket", Roles("a", "b"), Label("network"), Boot(boot), variants.AlsoIsolated, func() {
	It("is answered, or refused", func(ctx SpecContext, cluster *Cluster) {
		Expect(ask.On(ctx, cluster.Node("a"), "b:9")).To(Equal("b ping from b:9"))
		Expect(ask.On(ctx, cluster.Node("a"), "b:10")).Error().To(MatchError(ContainSubstring("connection refused")))
	})
})

var _ = variants.Describe("a reader", Roles("a", "b"), Label("network"), Boot(boot), variants.WaitsForTime, variants.AlsoIsolated, func() {
	It("learns by keep-alive that its peer was restarted", Label("crash"), func(ctx SpecContext, cluster *Cluster) {
		Expect(connect.On(ctx, cluster.Node("a"), "b:7")).Error().NotTo(HaveOccurred())
		cluster.Restart("b")
		Expect(listenOnly.On(ctx, cluster.Node("a"), patient)).To(ContainSubstring("connection reset"))
	})
})

var _ = variants.Describe("IP addresses", Roles("a", "b"), Label("network"), Boot(boot), IPAddresses(), variants.AlsoIsolated, func() {
	It("are those of connections, and can be dialed", func(ctx SpecContext, cluster *Cluster) {
		Expect(look.On(ctx, cluster.Node("a"), "b")).To(Equal(seen{"10.0.0.1", "*net.TCPAddr 10.0.0.2:7", "10.0.0.2", "*net.UDPAddr 10.0.0.2:9"}))
		Expect(look.On(ctx, cluster.Node("b"), "10.0.0.1")).To(Equal(seen{"10.0.0.2", "*net.TCPAddr 10.0.0.1:7", "10.0.0.1", "*net.UDPAddr 10.0.0.1:9"}))
		Expect(ask.On(ctx, cluster.Node("a"), "10.0.0.2:9")).To(Equal("b ping from 10.0.0.2:9"))
		Expect(ping.On(ctx, cluster.Node("a"), "10.0.0.2:9")).To(Equal("b ping from 10.0.0.2:9"))
		Expect(fetch.On(ctx, cluster.Node("a"), "http://10.0.0.2/x")).To(Equal("b for /x"))
	})
})

var _ = variants.Describe("chosen IP addresses", Roles("a", "b"), Label("network"), Boot(boot), IPAddresses("192.168.1.1", "fd00::2"), func() {
	It("are those of connections", func(ctx SpecContext, cluster *Cluster) {
		Expect(look.On(ctx, cluster.Node("a"), "b")).To(Equal(seen{"192.168.1.1", "*net.TCPAddr [fd00::2]:7", "fd00::2", "*net.UDPAddr [fd00::2]:9"}))
	})
})
