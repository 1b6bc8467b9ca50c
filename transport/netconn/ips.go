package netconn

import (
	"context"
	"fmt"
	"maps"
	"net"
	"net/netip"
	"slices"

	"github.com/7aca83c2/multinode/transport"
)

// IPs maps the names of hosts to their IP addresses; see WithIPs. It must not be changed
// after NewStack.
type IPs map[string]netip.Addr

// NumberIPs returns IP addresses for hosts, in their order: 10.0.0.1, 10.0.0.2...
func NumberIPs(hosts ...string) IPs {
	ips, ip := IPs{}, netip.AddrFrom4([4]byte{10})
	for _, host := range hosts {
		ip = ip.Next()
		ips[host] = ip
	}
	return ips
}

// Check returns an error if one of them is none that a host can have, or two hosts have the
// same.
func (ips IPs) Check() error {
	at := map[netip.Addr]string{}
	for _, host := range slices.Sorted(maps.Keys(ips)) {
		ip := ips[host].Unmap()
		if !ip.IsValid() || ip.IsUnspecified() || ip.IsLoopback() || ip.IsMulticast() {
			return fmt.Errorf("host %q: %v is not an IP address that a host can have", host, ip)
		}
		if other, taken := at[ip]; taken {
			return fmt.Errorf("hosts %q and %q have the same IP address %v", other, host, ip)
		}
		at[ip] = host
	}
	return nil
}

// number has the hosts take the IP addresses that they were given.
func (s *Stack) number() error {
	if s.givenIPs == nil {
		return nil
	}
	if err := s.givenIPs.Check(); err != nil {
		return err
	}
	if s.hosts == nil {
		s.hosts = Hosts{}
		for host := range s.givenIPs {
			s.hosts[host] = transport.Address(host)
		}
	}
	s.ips, s.atIP = map[transport.Address]netip.Addr{}, map[netip.Addr]transport.Address{}
	for _, host := range slices.Sorted(maps.Keys(s.givenIPs)) {
		if err := s.numberHost(host, s.givenIPs[host].Unmap()); err != nil {
			return err
		}
	}
	for _, host := range slices.Sorted(maps.Keys(s.hosts)) {
		if !s.ips[s.hosts[host]].IsValid() {
			return fmt.Errorf("host %q has no IP address", host)
		}
	}
	if !s.ips[s.address].IsValid() {
		return fmt.Errorf("the address is that of none of the hosts: %s", s.hosts.names())
	}
	return nil
}

func (s *Stack) numberHost(host string, ip netip.Addr) error {
	address, ok := s.hosts[host]
	switch {
	case !ok:
		return fmt.Errorf("%q, with IP address %v, is none of the hosts: %s", host, ip, s.hosts.names())
	case s.ips[address].IsValid():
		return fmt.Errorf("host %q has two IP addresses, %v and %v", host, s.ips[address], ip)
	}
	s.ips[address], s.atIP[ip] = ip, address
	return nil
}

// LookupHost returns the IP addresses of a host, as a net.Resolver does.
// Without WithIPs that is its name, which can be dialed as well. It fails at once with a
// *net.DNSError for a host that there is not.
func (s *Stack) LookupHost(_ context.Context, host string) ([]string, error) {
	address, err := s.lookup(host, "")
	if err != nil {
		return nil, lookupError(host, err)
	}
	return []string{s.addr("tcp", address, 0).host}, nil
}

// LookupNetIP returns the IP addresses of a host, as a net.Resolver does, for network "ip",
// "ip4" or "ip6". It fails at once with a *net.DNSError if there are none,
// as without WithIPs.
func (s *Stack) LookupNetIP(_ context.Context, network, host string) ([]netip.Addr, error) {
	if err := checkNetwork(network, "ip"); err != nil {
		return nil, err
	}
	address, err := s.lookup(host, "")
	if err != nil {
		return nil, lookupError(host, err)
	}
	ip := s.ips[address]
	if !ip.IsValid() || !isOf(network[2:], ip) {
		return nil, &net.DNSError{Err: "the host has no such address", Name: host, IsNotFound: true}
	}
	return []netip.Addr{ip}, nil
}

func lookupError(host string, err error) error {
	if _, ok := err.(*net.DNSError); ok {
		return err
	}
	return &net.DNSError{Err: err.Error(), Name: host, IsNotFound: true}
}

// ResolveAddr returns the address that "host:port" means, for network "tcp" or "udp", as
// net.ResolveTCPAddr and net.ResolveUDPAddr do: a *net.TCPAddr or *net.UDPAddr, or an *Addr
// without WithIPs.
func (s *Stack) ResolveAddr(network, address string) (net.Addr, error) {
	if err := checkNetwork(network, "tcp", "udp"); err != nil {
		return nil, err
	}
	a, err := s.resolve(network, address)
	if err != nil {
		return nil, err
	}
	return a.public(), nil
}
