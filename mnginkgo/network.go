package mnginkgo

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/netconn"
)

// Network is the network as one node sees it, in either of two ways. Open sends and
// receives frames. The others do what package net does, with a role in place of a host:
// "b:80" is port 80 of role b, ":80" or "localhost:80" one of the node's own, and there
// are no others. Their connections keep order and lose nothing, and feel cuts as TCP does;
// see package netconn. All of it passes the Switch, in both variants, and ends with the
// node. Addresses are of package netconn's type, unless the roles have IPAddresses.
type Network struct {
	ports   *ports
	address transport.Address // of the stack
	hosts   netconn.Hosts
	ips     netconn.IPs   // nil: none
	timeout time.Duration // 0: netconn's own
	buffer  int           // of datagrams, in bytes; 0: netconn's own

	mu    sync.Mutex
	stack *netconn.Stack // made when it is first needed
	err   error          // why there is none
}

var _ transport.Network = (*Network)(nil)

func newNetwork(network transport.Network, p *plan, role string) *Network {
	return &Network{
		ports: &ports{network: network}, address: p.netAddressOf(role), hosts: p.hosts(), ips: p.ips,
		timeout: p.connectionTimeout, buffer: p.datagramBuffer,
	}
}

func (n *Network) open() (*netconn.Stack, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.stack == nil && n.err == nil {
		options := []netconn.Option{netconn.WithHosts(n.hosts), netconn.WithIPs(n.ips)}
		if n.timeout > 0 {
			options = append(options, netconn.WithUserTimeout(n.timeout))
		}
		if n.buffer > 0 {
			options = append(options, netconn.WithDatagramBuffer(n.buffer))
		}
		n.stack, n.err = netconn.NewStack(n.ports, n.address, options...)
	}
	return n.stack, n.err
}

// close takes the node off the network at once; its connections end on its side.
func (n *Network) close() error {
	if n == nil {
		return nil
	}
	err := n.ports.closeAll()
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.stack != nil {
		err = errors.Join(err, n.stack.Close())
	}
	n.stack, n.err = nil, net.ErrClosed
	return err
}

// shutdown takes the node off the network when its connections have ended in good order,
// or ctx ends.
func (n *Network) shutdown(ctx context.Context) error {
	n.mu.Lock()
	stack := n.stack
	n.mu.Unlock()
	if stack != nil {
		_ = stack.Shutdown(ctx) // peers that are cut off, or gone, do not answer
	}
	return n.close()
}

// Open does what transport.Network says; after a crash it returns net.ErrClosed.
func (n *Network) Open(address transport.Address, receive transport.Receiver) (transport.Endpoint, error) {
	return n.ports.Open(address, receive)
}

// Listen does what net.Listen does, for "tcp".
func (n *Network) Listen(network, address string) (net.Listener, error) {
	stack, err := n.open()
	if err != nil {
		return nil, err
	}
	return stack.Listen(network, address)
}

// Dial does what net.Dial does, for "tcp" and "udp".
func (n *Network) Dial(network, address string) (net.Conn, error) {
	return n.DialContext(context.Background(), network, address)
}

// DialContext does what net.Dialer's does, for "tcp" and "udp". A net.Resolver can use it to
// ask a name server that runs on a role.
func (n *Network) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	stack, err := n.open()
	if err != nil {
		return nil, err
	}
	return stack.DialContext(ctx, network, address)
}

// ListenPacket does what net.ListenPacket does, for "udp".
func (n *Network) ListenPacket(network, address string) (net.PacketConn, error) {
	stack, err := n.open()
	if err != nil {
		return nil, err
	}
	return stack.ListenPacket(network, address)
}

// LookupHost does what net.LookupHost does: it returns the IP address of a role, or its name
// unless the roles have IPAddresses.
func (n *Network) LookupHost(ctx context.Context, host string) ([]string, error) {
	stack, err := n.open()
	if err != nil {
		return nil, err
	}
	return stack.LookupHost(ctx, host)
}

// LookupNetIP does what net.Resolver's does, for roles that have IPAddresses.
func (n *Network) LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error) {
	stack, err := n.open()
	if err != nil {
		return nil, err
	}
	return stack.LookupNetIP(ctx, network, host)
}

// ResolveAddr does what net.ResolveTCPAddr and net.ResolveUDPAddr do, for "tcp" and "udp". It
// returns what WriteTo takes: a *net.TCPAddr or *net.UDPAddr if the roles have IPAddresses.
func (n *Network) ResolveAddr(network, address string) (net.Addr, error) {
	stack, err := n.open()
	if err != nil {
		return nil, err
	}
	return stack.ResolveAddr(network, address)
}

// reset ends the connections of the node with some roles.
func (s *seat) reset(_ context.Context, roles []string) (int, error) {
	node, err := s.current()
	if err != nil {
		return 0, err
	}
	n, network := 0, node.env.Network
	network.mu.Lock()
	stack := network.stack
	network.mu.Unlock()
	if stack == nil {
		return 0, nil // it has none
	}
	for _, role := range roles {
		n += stack.Reset(role)
	}
	return n, nil
}
