package gossip

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"sync"
	"time"

	"github.com/hashicorp/memberlist"
)

// Network is what the transport needs of a network. Package net has it, and so has
// mnginkgo.Network.
type Network interface {
	Listen(network, address string) (net.Listener, error)
	ListenPacket(network, address string) (net.PacketConn, error)
	DialContext(ctx context.Context, network, address string) (net.Conn, error)
}

// Port is where each node listens, for packets and for streams.
const Port = 7946

// Transport is a memberlist.Transport. That names nodes by their IP addresses; the
// network knows them by names, which Transport maps: the first has 10.0.0.1, and so on.
type Transport struct {
	names   []string
	self    string
	network Network
	packets net.PacketConn
	streams net.Listener

	packetCh chan *memberlist.Packet
	streamCh chan net.Conn
	done     chan struct{}
	once     sync.Once
	running  sync.WaitGroup
}

var _ memberlist.Transport = (*Transport)(nil)

// NewTransport listens at Port for the node of that name.
func NewTransport(network Network, self string, names []string) (*Transport, error) {
	t := &Transport{
		names: names, self: self, network: network,
		packetCh: make(chan *memberlist.Packet), streamCh: make(chan net.Conn), done: make(chan struct{}),
	}
	var err error
	if t.packets, err = network.ListenPacket("udp", at("", Port)); err != nil {
		return nil, err
	}
	if t.streams, err = network.Listen("tcp", at("", Port)); err != nil {
		return nil, errors.Join(err, t.packets.Close())
	}
	t.running.Go(t.readPackets)
	t.running.Go(t.accept)
	return t, nil
}

func at(host string, port int) string { return net.JoinHostPort(host, strconv.Itoa(port)) }

// IP returns the address by which memberlist knows the node of that name.
func (t *Transport) IP(name string) net.IP {
	for i, n := range t.names {
		if n == name {
			return net.IPv4(10, 0, 0, byte(i+1))
		}
	}
	return nil
}

// name returns where the network finds what memberlist calls by its IP address.
func (t *Transport) name(address string) (string, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return "", err
	}
	for _, n := range t.names {
		if t.IP(n).String() == host {
			return net.JoinHostPort(n, port), nil
		}
	}
	return "", fmt.Errorf("no node has the address %s", address)
}

// FinalAdvertiseAddr implements memberlist.Transport.
func (t *Transport) FinalAdvertiseAddr(string, int) (net.IP, int, error) {
	return t.IP(t.self), Port, nil
}

// WriteTo implements memberlist.Transport.
func (t *Transport) WriteTo(packet []byte, address string) (time.Time, error) {
	name, err := t.name(address)
	if err != nil {
		return time.Time{}, err
	}
	to, err := resolve(name)
	if err != nil {
		return time.Time{}, err
	}
	_, err = t.packets.WriteTo(packet, to)
	return time.Now(), err
}

// addr is a net.Addr of a node: "b:7946".
type addr string

func (a addr) Network() string { return "udp" }
func (a addr) String() string  { return string(a) }

func resolve(name string) (net.Addr, error) { return addr(name), nil }

// DialTimeout implements memberlist.Transport.
func (t *Transport) DialTimeout(address string, timeout time.Duration) (net.Conn, error) {
	name, err := t.name(address)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	return t.network.DialContext(ctx, "tcp", name)
}

// PacketCh implements memberlist.Transport.
func (t *Transport) PacketCh() <-chan *memberlist.Packet { return t.packetCh }

// StreamCh implements memberlist.Transport.
func (t *Transport) StreamCh() <-chan net.Conn { return t.streamCh }

// Shutdown implements memberlist.Transport.
func (t *Transport) Shutdown() error {
	var err error
	t.once.Do(func() {
		close(t.done)
		err = errors.Join(t.packets.Close(), t.streams.Close())
		t.running.Wait()
	})
	return err
}

func (t *Transport) readPackets() {
	buf := make([]byte, 1<<16)
	for {
		n, from, err := t.packets.ReadFrom(buf)
		if err != nil {
			return
		}
		packet := &memberlist.Packet{Buf: append([]byte(nil), buf[:n]...), From: from, Timestamp: time.Now()}
		select {
		case t.packetCh <- packet:
		case <-t.done:
			return
		}
	}
}

func (t *Transport) accept() {
	for {
		conn, err := t.streams.Accept()
		if err != nil {
			return
		}
		select {
		case t.streamCh <- conn:
		case <-t.done:
			_ = conn.Close() // nobody is there any more
			return
		}
	}
}
