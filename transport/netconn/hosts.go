package netconn

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"github.com/7aca83c2/multinode/transport"
)

// Hosts maps the names of all hosts to the addresses of their stacks. Of several names for
// one address the first in order is the one that Addr shows. A nil Hosts has every
// address as the name of its host. It must not be changed after NewStack.
type Hosts map[string]transport.Address

// address returns the address of the stack of a host.
func (h Hosts) address(host string) (transport.Address, error) {
	a, ok := h[host]
	switch {
	case ok:
	case h == nil:
		a = transport.Address(host)
	default:
		return "", &net.DNSError{Err: "no such host: the hosts are " + h.names(), Name: host, IsNotFound: true}
	}
	if err := a.Check(); err != nil {
		return "", fmt.Errorf("host %.20q: %w", host, err)
	}
	return a, nil
}

func (h Hosts) names() string { return strings.Join(slices.Sorted(maps.Keys(h)), ", ") }

// name returns the name of the host whose stack is at an address.
func (h Hosts) name(a transport.Address) string {
	best, found := string(a), false
	for name, address := range h {
		if address == a && (!found || name < best) {
			best, found = name, true
		}
	}
	return best
}

// Addr is the address of one end of a connection, or of a net.PacketConn, on a stack without
// WithIPs.
type Addr struct {
	network string
	host    string
	port    uint16
	address transport.Address
	ip      netip.Addr // of the host, if it has one
}

var _ net.Addr = (*Addr)(nil)

// Network returns "tcp" or "udp".
func (a *Addr) Network() string { return a.network }

// String returns "host:port".
func (a *Addr) String() string { return net.JoinHostPort(a.host, strconv.Itoa(int(a.port))) }

// public returns what programs see: of package net's types if the host has an IP address.
func (a *Addr) public() net.Addr {
	switch {
	case a == nil:
		return nil
	case !a.ip.IsValid():
		return a
	case a.network == "udp":
		return net.UDPAddrFromAddrPort(a.addrPort())
	}
	return net.TCPAddrFromAddrPort(a.addrPort())
}

func (a *Addr) addrPort() netip.AddrPort { return netip.AddrPortFrom(a.ip, a.port) }

// addr returns the Addr of a port of the host whose stack is at address.
func (s *Stack) addr(network string, address transport.Address, port uint16) *Addr {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.addrLocked(network, address, port)
}

// addrLocked is addr for a caller that holds the lock.
func (s *Stack) addrLocked(network string, address transport.Address, port uint16) *Addr {
	host, ok := s.names[address]
	ip := s.ips[address]
	if !ok {
		host = s.hosts.name(address)
		if ip.IsValid() {
			host = ip.String()
		}
		s.names[address] = host
	}
	return &Addr{network, host, port, address, ip}
}

// resolve returns the Addr that "host:port" means; the network may end in 4 or 6. If the
// host is an IP address that is nobody's, it returns that and EHOSTUNREACH.
func (s *Stack) resolve(network, hostPort string) (*Addr, error) {
	kind, family := network[:3], network[3:]
	host, service, err := net.SplitHostPort(hostPort)
	if err != nil {
		return nil, err
	}
	port, err := lookupPort(kind, service)
	if err != nil {
		return nil, err
	}
	address, err := s.lookup(host, family)
	if errors.Is(err, syscall.EHOSTUNREACH) {
		return s.unreachable(kind, host, port), err
	}
	if err != nil {
		return nil, err
	}
	return s.addr(kind, address, port), nil
}

// unreachable returns the Addr of a port of an IP address that is nobody's.
func (s *Stack) unreachable(kind, ip string, port uint16) *Addr {
	a := &Addr{network: kind, host: ip, port: port}
	if s.ips != nil {
		a.ip = netip.MustParseAddr(ip)
	}
	return a
}

// lookupPort returns the number of a port, which may have the name of a service.
func lookupPort(kind, service string) (uint16, error) {
	if port, err := strconv.ParseUint(service, 10, 16); err == nil {
		return uint16(port), nil
	}
	resolver := net.Resolver{PreferGo: true} // which knows services by itself
	port, err := resolver.LookupPort(context.Background(), kind, service)
	return uint16(port), err
}

// lookup returns the address of the stack of a host, which is a name or an IP address of the
// family, "4", "6", or "" for any.
func (s *Stack) lookup(host, family string) (transport.Address, error) {
	ip, err := netip.ParseAddr(host)
	ip = ip.Unmap()
	literal := err == nil
	unsuitable := &net.AddrError{Err: "no suitable address found", Addr: host}
	if literal && !isOf(family, ip) {
		return "", unsuitable
	}
	if host == "" || host == "localhost" || literal && (ip.IsUnspecified() || ip.IsLoopback()) {
		return s.address, nil
	}
	if address, ok := s.atIP[ip]; ok {
		return address, nil
	}
	address, err := s.hosts.address(host)
	switch {
	case err != nil && literal:
		return "", syscall.EHOSTUNREACH
	case err != nil:
		return "", err
	case !isOf(family, s.ips[address]):
		return "", unsuitable
	}
	return address, nil
}

// isOf reports whether an IP address is of a family. One that is not known is of each.
func isOf(family string, ip netip.Addr) bool {
	return family == "" || !ip.IsValid() || ip.Is4() == (family == "4")
}

// resolveOwn is resolve for an address to listen at, over a network of the kind that is wanted.
func (s *Stack) resolveOwn(network, wanted, hostPort string) (*Addr, error) {
	if err := checkNetwork(network, wanted); err != nil {
		return nil, err
	}
	if hostPort == "" {
		hostPort = ":0" // as for package net
	}
	a, err := s.resolve(network, hostPort)
	if err == nil && a.address != s.address || errors.Is(err, syscall.EHOSTUNREACH) {
		own := s.addr(a.network, s.address, 0).host
		err = fmt.Errorf("%w: this host is %q: listen at \":%d\"", os.NewSyscallError("bind", syscall.EADDRNOTAVAIL), own, a.port)
	}
	return a, err
}

// checkNetwork returns an error unless network is one of the wanted, with or without 4 or 6.
func checkNetwork(network string, wanted ...string) error {
	var all []string
	for _, want := range wanted {
		all = append(all, want, want+"4", want+"6")
	}
	if slices.Contains(all, network) {
		return nil
	}
	last := len(all) - 1
	return net.UnknownNetworkError(fmt.Sprintf("%s (only %s and %s)", network, strings.Join(all[:last], ", "), all[last]))
}
