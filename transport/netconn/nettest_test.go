package netconn_test

import (
	"net"
	"testing"

	"golang.org/x/net/nettest"

	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/chanpair"
	"github.com/7aca83c2/multinode/transport/netconn"
	"github.com/7aca83c2/multinode/transport/pipe"
)

func TestConnOverChanpair(t *testing.T) {
	nettest.TestConn(t, func() (net.Conn, net.Conn, func(), error) {
		network := chanpair.New(transport.NewSwitch())
		return connected(t, network, network)
	})
}

func TestConnOverPipe(t *testing.T) {
	sw := transport.NewSwitch()
	a, b := link(t, "host 1", sw), link(t, "host 2", sw)
	nettest.TestConn(t, func() (net.Conn, net.Conn, func(), error) { return connected(t, a, b) })
}

// connected returns both ends of a connection between two new stacks.
func connected(t testing.TB, forA, forB transport.Network) (net.Conn, net.Conn, func(), error) {
	a, b := open(t, forA, "a"), open(t, forB, "b")
	listener := listen(t, b, ":80")
	c1, c2 := connect(t, a, listener)
	return c1, c2, func() { _ = a.Close(); _ = b.Close() }, nil
}

// link returns a network that leads over pipes to sw.
func link(t testing.TB, name string, sw *transport.Switch) *pipe.Host {
	t.Helper()
	ours, theirs, err := pipe.Pair()
	if err != nil {
		t.Fatal(err)
	}
	line, host := pipe.NewLine(name, ours), pipe.NewHost(name, theirs)
	line.Use(sw)
	line.Start()
	host.Start()
	t.Cleanup(func() {
		_ = host.Close()
		_ = line.Close()
		host.Wait()
		line.Wait()
	})
	return host
}

func open(t testing.TB, network transport.Network, address transport.Address, options ...netconn.Option) *netconn.Stack {
	t.Helper()
	s, err := netconn.NewStack(network, address, options...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func listen(t testing.TB, s *netconn.Stack, address string) net.Listener {
	t.Helper()
	l, err := s.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// connect returns both ends of a new connection.
func connect(t testing.TB, from *netconn.Stack, to net.Listener) (dialed, accepted net.Conn) {
	t.Helper()
	dialed, err := from.Dial("tcp", to.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	accepted, err = to.Accept()
	if err != nil {
		t.Fatal(err)
	}
	return dialed, accepted
}
