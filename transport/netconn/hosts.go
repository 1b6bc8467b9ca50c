package netconn

import (
	"fmt"
	"maps"
	"net"
	"slices"
	"strconv"
	"strings"

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
		names := strings.Join(slices.Sorted(maps.Keys(h)), ", ")
		return "", &net.DNSError{Err: "no such host: the hosts are " + names, Name: host, IsNotFound: true}
	}
	if len(a) == 0 || len(a) > transport.MaxAddress {
		return "", fmt.Errorf("host %.20q: %w", host, transport.ErrAddress)
	}
	return a, nil
}

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

// Addr is the address of one end of a connection, or of a net.PacketConn.
type Addr struct {
	network string
	host    string
	port    uint16
	address transport.Address
}

var _ net.Addr = (*Addr)(nil)

// Network returns "tcp" or "udp".
func (a *Addr) Network() string { return a.network }

// String returns "host:port".
func (a *Addr) String() string { return net.JoinHostPort(a.host, strconv.Itoa(int(a.port))) }

// addr returns the Addr of a port of the host whose stack is at address.
func (s *Stack) addr(network string, address transport.Address, port uint16) *Addr {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.addrLocked(network, address, port)
}

// addrLocked is addr for a caller that holds the lock.
func (s *Stack) addrLocked(network string, address transport.Address, port uint16) *Addr {
	host, ok := s.names[address]
	if !ok {
		host = s.hosts.name(address)
		s.names[address] = host
	}
	return &Addr{network, host, port, address}
}

// resolve returns the Addr that "host:port" means.
func (s *Stack) resolve(network, hostPort string) (*Addr, error) {
	host, text, err := net.SplitHostPort(hostPort)
	if err != nil {
		return nil, err
	}
	port, err := strconv.ParseUint(text, 10, 16)
	if err != nil {
		return nil, &net.AddrError{Err: "port is not a number from 0 to 65535", Addr: hostPort}
	}
	address := s.address
	if !isOwn(host) {
		if address, err = s.hosts.address(host); err != nil {
			return nil, err
		}
	}
	return s.addr(network, address, uint16(port)), nil
}

// isOwn reports whether a host part means the host itself: it is empty, unspecified, or
// that of the loopback interface.
func isOwn(host string) bool {
	ip := net.ParseIP(host)
	return host == "" || host == "localhost" || ip != nil && (ip.IsUnspecified() || ip.IsLoopback())
}

// resolveOwn is resolve for an address to listen at.
func (s *Stack) resolveOwn(network, hostPort string) (*Addr, error) {
	a, err := s.resolve(network, hostPort)
	if err == nil && a.address != s.address {
		own := fmt.Sprintf("not of this host, %q: listen at \":%d\"", s.hosts.name(s.address), a.port)
		err = &net.AddrError{Err: own, Addr: hostPort}
	}
	return a, err
}

// checkNetwork returns an error unless network is want, with or without 4 or 6.
func checkNetwork(network, want string) error {
	if rest, ok := strings.CutPrefix(network, want); !ok || rest != "" && rest != "4" && rest != "6" {
		return net.UnknownNetworkError(fmt.Sprintf("%s (only %s, %s4 and %s6)", network, want, want, want))
	}
	return nil
}
