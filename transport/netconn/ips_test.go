package netconn_test

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"syscall"
	"testing"

	"github.com/7aca83c2/multinode/transport/netconn"
)

func ip(text string) netip.Addr { return netip.MustParseAddr(text) }

func TestHostsHaveIPAddresses(t *testing.T) {
	for name, options := range map[string][]netconn.Option{
		"numbered": {netconn.WithIPs(netconn.NumberIPs("a", "b"))},
		"of hosts": {
			netconn.WithIPs(netconn.IPs{"one": ip("10.0.0.1"), "two": ip("::ffff:10.0.0.2")}),
			netconn.WithHosts(netconn.Hosts{"one": "a", "two": "b", "b": "b"}),
		},
	} {
		t.Run(name, func(t *testing.T) {
			onVirtualTime(t, func(w *world) {
				for _, address := range []string{"b:80", "10.0.0.2:80", "[::ffff:10.0.0.2]:80", "b:http"} {
					dialed, err := w.a.Dial("tcp", address)
					if err != nil {
						w.Fatal(err)
					}
					accepted, err := w.listener.Accept()
					if err != nil {
						w.Fatal(err)
					}
					w.isAt(dialed.RemoteAddr(), "10.0.0.2:80")
					w.isAt(accepted.LocalAddr(), "10.0.0.2:80")
					if own := dialed.LocalAddr().(*net.TCPAddr); own.IP.String() != "10.0.0.1" || own.String() != accepted.RemoteAddr().String() {
						w.Errorf("dialed from %v, accepted from %v", own, accepted.RemoteAddr())
					}
				}
				w.isAt(w.listener.Addr(), "10.0.0.2:80")
				_, err := w.a.Dial("tcp", "b:81")
				text(w, err, "dial tcp 10.0.0.2:81: connect: connection refused")
				_, err = w.a.Dial("tcp", "10.0.0.3:81")
				text(w, err, "dial tcp 10.0.0.3:81: connect: no route to host")
				_, err = w.a.Dial("tcp6", "b:80")
				text(w, err, "dial tcp6: address b: no suitable address found")
				_, err = w.b.Listen("tcp", "10.0.0.1:81")
				text(w, err, `listen tcp 10.0.0.1:81: bind: cannot assign requested address: this host is "10.0.0.2": listen at ":81"`)
			}, options...)
		})
	}
}

// isAt checks that an address is one of TCP.
func (w *world) isAt(a net.Addr, want string) {
	w.Helper()
	at, ok := a.(*net.TCPAddr)
	if !ok || at.AddrPort() != netip.MustParseAddrPort(want) || a.String() != want {
		w.Errorf("%T %v is not at %s", a, a, want)
	}
}

func TestHostsAreLookedUp(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		for _, host := range []string{"b", "10.0.0.2"} {
			if ips, err := w.a.LookupNetIP(t.Context(), "ip", host); err != nil || !slices.Equal(ips, []netip.Addr{ip("10.0.0.2")}) {
				w.Errorf("%v, %v", ips, err)
			}
			if ips, err := w.a.LookupHost(t.Context(), host); err != nil || !slices.Equal(ips, []string{"10.0.0.2"}) {
				w.Errorf("%v, %v", ips, err)
			}
		}
		_, err := w.a.LookupHost(t.Context(), "c")
		text(w, err, "lookup c: no such host: the hosts are a, b")
		_, err = w.a.LookupNetIP(t.Context(), "ip6", "b")
		text(w, err, "lookup b: the host has no such address")
		if none := new(net.DNSError); !errors.As(err, &none) || !none.IsNotFound {
			w.Errorf("%v is not a DNSError", err)
		}
		for network, want := range map[string]string{"tcp": "*net.TCPAddr 10.0.0.2:80", "udp4": "*net.UDPAddr 10.0.0.2:80"} {
			a, err := w.a.ResolveAddr(network, "b:80")
			if got := fmt.Sprintf("%T %v", a, a); err != nil || got != want {
				w.Errorf("%s, %v", got, err)
			}
		}
		_, err = w.a.ResolveAddr("ip", "b")
		text(w, err, "unknown network ip (only tcp, tcp4, tcp6, udp, udp4 and udp6)")
	}, netconn.WithIPs(netconn.NumberIPs("a", "b")))
}

func TestHostsWithoutIPAddressesAreLookedUp(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		if names, err := w.a.LookupHost(t.Context(), "b"); err != nil || !slices.Equal(names, []string{"b"}) {
			w.Errorf("%v, %v", names, err)
		}
		_, err := w.a.LookupNetIP(t.Context(), "ip", "b")
		text(w, err, "lookup b: the host has no such address")
		if a, err := w.a.ResolveAddr("udp", "b:80"); err != nil || fmt.Sprintf("%T %v", a, a) != "*netconn.Addr b:80" {
			w.Errorf("%T %v, %v", a, a, err)
		}
	})
}

func TestDatagramsHaveIPAddresses(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		a, b := packets(w, w.a, ":53").(udpMethods), packets(w, w.b, ":53")
		buf := make([]byte, 10)
		for _, to := range []net.Addr{b.LocalAddr(), &net.UDPAddr{IP: net.IPv4(10, 0, 0, 2), Port: 53}} {
			if _, err := a.WriteTo([]byte("ping"), to); err != nil {
				w.Error(err)
			}
			n, from, err := b.ReadFrom(buf)
			if _, ok := from.(*net.UDPAddr); n != 4 || !ok || from.String() != "10.0.0.1:53" || err != nil {
				w.Errorf("read: %d bytes from %T %v, %v", n, from, from, err)
			}
			_, _ = b.WriteTo([]byte("pong"), from)
			if n, from, err := a.ReadFromUDPAddrPort(buf); n != 4 || from != netip.MustParseAddrPort("10.0.0.2:53") || err != nil {
				w.Errorf("read: %d bytes from %v, %v", n, from, err)
			}
		}
		if _, err := a.WriteToUDPAddrPort([]byte("ping"), netip.MustParseAddrPort("10.0.0.9:53")); !errors.Is(err, syscall.EHOSTUNREACH) {
			w.Errorf("write: %v", err)
		}
	}, netconn.WithIPs(netconn.NumberIPs("a", "b")))
}

// udpMethods are some of *net.UDPConn, which a host without an IP address cannot have.
type udpMethods interface {
	net.PacketConn
	ReadFromUDPAddrPort(b []byte) (int, netip.AddrPort, error)
	WriteToUDPAddrPort(b []byte, to netip.AddrPort) (int, error)
}

func TestIPAddressesThatMakeNoSense(t *testing.T) {
	w := newWorld(t)
	defer w.close()
	hosts := netconn.Hosts{"one": "c", "two": "d", "zwei": "d"}
	for want, ips := range map[string]netconn.IPs{
		`host "two" has no IP address`:                                        {"one": ip("10.0.0.1")},
		`"b", with IP address 10.0.0.1, is none of the hosts: one, two, zwei`: {"b": ip("10.0.0.1")},
		`host "one": 127.0.0.1 is not an IP address that a host can have`:     {"one": ip("127.0.0.1")},
		`host "one": invalid IP is not an IP address that a host can have`:    {"one": {}},
		`hosts "one" and "two" have the same IP address 10.0.0.1`:             {"one": ip("10.0.0.1"), "two": ip("10.0.0.1")},
		`host "zwei" has two IP addresses, 10.0.0.2 and 10.0.0.3`:             {"one": ip("10.0.0.1"), "two": ip("10.0.0.2"), "zwei": ip("10.0.0.3")},
	} {
		_, err := netconn.NewStack(w.network, "c", netconn.WithHosts(hosts), netconn.WithIPs(ips))
		text(t, err, `netconn: stack at "c": `+want)
	}
	_, err := netconn.NewStack(w.network, "c", netconn.WithIPs(netconn.NumberIPs("a", "b")))
	text(t, err, `netconn: stack at "c": the address is that of none of the hosts: a, b`)
}

func TestHostsAreNumberedInOrder(t *testing.T) {
	names := make([]string, 300)
	for i := range names {
		names[i] = fmt.Sprint(i)
	}
	ips := netconn.NumberIPs(names...)
	for i, want := range map[int]string{0: "10.0.0.1", 1: "10.0.0.2", 299: "10.0.1.44"} {
		if got := ips[names[i]]; got != ip(want) {
			t.Errorf("host %d has %v, not %s", i, got, want)
		}
	}
}
