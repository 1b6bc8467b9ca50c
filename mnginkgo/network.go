package mnginkgo

import (
	"context"
	"net"
	"net/netip"

	"github.com/7aca83c2/multinode/mnginkgo/internal/seat"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/netconn"
)

// Network is the network as one node sees it, in either of two ways. Open sends and
// receives frames. The others do what package net does, with a role in place of a host:
// "b:80" is port 80 of role b, ":80" or "localhost:80" one of the node's own, and there
// are no others. Their connections keep order and lose nothing, and feel cuts as TCP does;
// see package netconn. All of it passes the Switch, in both variants, and ends with the
// node. Addresses are of package netconn's type, unless the roles have IPAddresses.
type Network struct{ net *seat.Network }

var _ transport.Network = (*Network)(nil)

// networkOptions are those of the roles' Networks.
func (p *plan) networkOptions() []netconn.Option {
	options := []netconn.Option{netconn.WithHosts(p.hosts()), netconn.WithIPs(p.ips)}
	if p.connectionTimeout > 0 {
		options = append(options, netconn.WithUserTimeout(p.connectionTimeout))
	}
	if p.datagramBuffer > 0 {
		options = append(options, netconn.WithDatagramBuffer(p.datagramBuffer))
	}
	return options
}

// on does something with the stack of a node, if it is there.
func on[R any](n *Network, do func(*netconn.Stack) (R, error)) (result R, err error) {
	stack, err := n.net.Stack()
	if err != nil {
		return result, err
	}
	return do(stack)
}

// Open implements transport.Network; after a crash it returns net.ErrClosed.
func (n *Network) Open(address transport.Address, receive transport.Receiver) (transport.Endpoint, error) {
	return n.net.Open(address, receive)
}

// Listen is net.Listen for "tcp".
func (n *Network) Listen(network, address string) (net.Listener, error) {
	return on(n, func(s *netconn.Stack) (net.Listener, error) { return s.Listen(network, address) })
}

// Dial is net.Dial for "tcp" and "udp".
func (n *Network) Dial(network, address string) (net.Conn, error) {
	return n.DialContext(context.Background(), network, address)
}

// DialContext is net.Dialer's for "tcp" and "udp". A net.Resolver can use it to
// ask a name server that runs on a role.
func (n *Network) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	return on(n, func(s *netconn.Stack) (net.Conn, error) { return s.DialContext(ctx, network, address) })
}

// ListenPacket is net.ListenPacket for "udp".
func (n *Network) ListenPacket(network, address string) (net.PacketConn, error) {
	return on(n, func(s *netconn.Stack) (net.PacketConn, error) { return s.ListenPacket(network, address) })
}

// LookupHost is net.LookupHost: it returns the IP address of a role, or its name
// unless the roles have IPAddresses.
func (n *Network) LookupHost(ctx context.Context, host string) ([]string, error) {
	return on(n, func(s *netconn.Stack) ([]string, error) { return s.LookupHost(ctx, host) })
}

// LookupNetIP is net.Resolver's, for roles that have IPAddresses.
func (n *Network) LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error) {
	return on(n, func(s *netconn.Stack) ([]netip.Addr, error) { return s.LookupNetIP(ctx, network, host) })
}

// ResolveAddr is net.ResolveTCPAddr and net.ResolveUDPAddr, for "tcp" and "udp". It
// returns what WriteTo takes: a *net.TCPAddr or *net.UDPAddr if the roles have IPAddresses.
func (n *Network) ResolveAddr(network, address string) (net.Addr, error) {
	return on(n, func(s *netconn.Stack) (net.Addr, error) { return s.ResolveAddr(network, address) })
}
