package peers

import (
	"errors"
	"fmt"
	"net"
	"slices"
	"time"

	"github.com/hashicorp/memberlist"
)

// memory is a network within this process: the ends of its nodes by their address.
type memory map[string]*end

// end is the transport of one node. It has the address of a socket that it would have.
//
// It stands in for memberlist's own MockTransport, whose senders wait until the receiver
// takes a packet: for ever, if that was stopped. Here packets are dropped as UDP would.
type end struct {
	memory
	port    int
	packets chan *memberlist.Packet
	streams chan net.Conn
	closed  chan struct{}
}

// backlog is how many packets an end holds for its node.
const backlog = 1024

// newMemory returns a network, and the ends of n nodes.
func newMemory(n int) []*end {
	network := memory{}
	ends := make([]*end, n)
	for i := range ends {
		e := &end{network, i + 1, make(chan *memberlist.Packet, backlog), make(chan net.Conn), make(chan struct{})}
		ends[i], network[e.addr().String()] = e, e
	}
	return ends
}

func (e *end) addr() net.Addr { return &net.UDPAddr{IP: loopback, Port: e.port} }

var loopback = net.IPv4(127, 0, 0, 1)

// The rest implements memberlist.Transport.

func (e *end) FinalAdvertiseAddr(string, int) (net.IP, int, error) { return loopback, e.port, nil }

func (e *end) PacketCh() <-chan *memberlist.Packet { return e.packets }

func (e *end) StreamCh() <-chan net.Conn { return e.streams }

func (e *end) WriteTo(b []byte, address string) (time.Time, error) {
	to := e.memory[address]
	if to == nil {
		return time.Time{}, fmt.Errorf("nobody is at %s", address)
	}
	now := time.Now()
	select {
	case to.packets <- &memberlist.Packet{Buf: slices.Clone(b), From: e.addr(), Timestamp: now}:
	default:
	}
	return now, nil
}

func (e *end) DialTimeout(address string, timeout time.Duration) (net.Conn, error) {
	to := e.memory[address]
	if to == nil {
		return nil, fmt.Errorf("nobody is at %s", address)
	}
	late := time.NewTimer(timeout)
	defer late.Stop()
	ours, theirs := net.Pipe()
	select {
	case to.streams <- theirs:
		return ours, nil
	case <-to.closed:
		return nil, errors.New(address + " is closed")
	case <-late.C:
		return nil, errors.New(address + " does not accept")
	}
}

func (e *end) Shutdown() error {
	close(e.closed)
	return nil
}
