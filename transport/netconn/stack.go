package netconn

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net"
	"net/netip"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/7aca83c2/multinode/transport"
)

// Stack is a host's end of all its connections. Make one with NewStack.
type Stack struct {
	address     transport.Address
	hosts       Hosts
	userTimeout time.Duration
	window      int
	epoch       time.Time // what the stamps of segments count from

	datagramBuffer int
	later          func(name string, send func()) // nil: at once; see WithTurns

	keepAliveConfig net.KeepAliveConfig // for keepAlive
	keepAlive       keepAlive           // what a connection begins with
	givenIPs        IPs                 // for ips and atIP
	ips             map[transport.Address]netip.Addr
	atIP            map[netip.Addr]transport.Address

	counters counters
	buffers  sync.Pool // of *[]byte, for frames being made
	segment  segment   // the one received now; only the endpoint's receiver has it

	mu        sync.Mutex // may be taken while the lock of a conn is held, not the other way round
	endpoint  transport.Endpoint
	closed    bool
	names     map[transport.Address]string
	conns     map[connKey]*conn
	listeners map[uint16]*listener
	packets   map[uint16]*packetConn
	paths     map[transport.Address]*path
	port      uint16        // the last one that was picked
	draw      func() uint64 // a random number
}

// connKey tells the connections of a stack apart.
type connKey struct {
	peer          transport.Address
	remote, local uint16
}

// firstPort is the first of the ports that are picked when none is given, as RFC 6335 has it.
const firstPort = 49152

// NewStack opens an endpoint at address for the connections of a host. It returns the
// network's error if that fails, and one that says what is allowed for a bad option.
func NewStack(network transport.Network, address transport.Address, options ...Option) (*Stack, error) {
	s := &Stack{
		address: address, userTimeout: defaultUserTimeout, window: defaultWindow, datagramBuffer: defaultDatagramBuffer,
		epoch:     time.Now(),
		names:     map[transport.Address]string{},
		conns:     map[connKey]*conn{},
		listeners: map[uint16]*listener{},
		packets:   map[uint16]*packetConn{},
		paths:     map[transport.Address]*path{},
		port:      firstPort - 1,
		draw:      rand.Uint64,

		keepAliveConfig: net.KeepAliveConfig{Enable: true},
	}
	s.buffers.New = func() any {
		buf := make([]byte, 0, segmentHeader+maxRanges*rangeSize+maxData)
		return &buf
	}
	for _, o := range options {
		o.apply(s)
	}
	err := s.check()
	var endpoint transport.Endpoint
	if err == nil {
		endpoint, err = network.Open(address, s.receive)
	}
	if err != nil {
		return nil, fmt.Errorf("netconn: stack at %q: %w", address, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.endpoint = endpoint
	return s, nil
}

// Address returns the address that the stack was opened at.
func (s *Stack) Address() transport.Address { return s.address }

// Shutdown ends what the host has open in good order, as the end of a process does:
// listeners close, and each connection sends what was written and then FIN, or an RST if
// the peer has sent what nobody has read. It waits until the peers have acknowledged that,
// or ctx ends, and then closes the stack. It returns ctx's error or Close's.
func (s *Stack) Shutdown(ctx context.Context) error {
	s.mu.Lock()
	conns := slices.Collect(maps.Values(s.conns))
	listeners := slices.Collect(maps.Values(s.listeners))
	s.mu.Unlock()
	for _, l := range listeners {
		_ = l.Close()
	}
	for _, c := range conns {
		_ = c.Close() // what is closed already goes on
	}
	var late error
	for _, c := range conns {
		if late = c.parted(ctx); late != nil {
			break
		}
	}
	return errors.Join(late, s.Close())
}

// Close ends what the host has open, as a crash does: peers are told nothing, and what is
// under way is lost; see Shutdown. It returns the endpoint's error. Closing twice is
// allowed.
func (s *Stack) Close() error {
	s.mu.Lock()
	closed := s.closed
	s.closed = true
	conns := slices.Collect(maps.Values(s.conns))
	listeners := slices.Collect(maps.Values(s.listeners))
	packets := slices.Collect(maps.Values(s.packets))
	s.mu.Unlock()
	if closed {
		return nil
	}
	for _, l := range listeners {
		_ = l.Close()
	}
	for _, p := range packets {
		_ = p.Close()
	}
	for _, c := range conns {
		c.abort(net.ErrClosed, false)
	}
	return s.endpoint.Close()
}

// Reset ends every connection with a host, with ECONNRESET on this side and, if an RST
// arrives, on the other. It returns how many there were.
func (s *Stack) Reset(host string) int {
	peer, err := s.resolve("tcp", net.JoinHostPort(host, "0"))
	if err != nil {
		return 0
	}
	n := 0
	for _, c := range s.connsWith(peer.address) {
		if c.abort(syscall.ECONNRESET, true) {
			n++
		}
	}
	return n
}

// receive is the Receiver of the endpoint.
func (s *Stack) receive(from transport.Address, frame []byte) {
	g := &s.segment
	if !g.decode(frame) {
		s.counters.bad.Add(1)
		return
	}
	s.counters.received.Add(1)
	s.mu.Lock()
	if s.closed || s.endpoint == nil {
		s.mu.Unlock()
		return
	}
	if g.flags&flagDatagram != 0 {
		p := s.packets[g.to]
		s.mu.Unlock()
		s.receiveDatagram(p, from, g)
		return
	}
	if g.flags == flagDeserted {
		s.mu.Unlock()
		s.bereave(from)
		return
	}
	key := connKey{from, g.from, g.to}
	c := s.conns[key]
	l := s.listeners[g.to]
	if c == nil && l != nil && g.flags&(flagSYN|flagACK|flagRST) == flagSYN {
		if l.pending == backlog {
			s.mu.Unlock()
			s.endpoint.Discard(from, fmt.Sprintf("%s at :%d, %d wait", ReasonBacklog, g.to, backlog), len(frame))
			return // the SYN comes again
		}
		l.pending++
		c = newConn(s, l.network, key)
		c.listener = l
		s.conns[key] = c
	}
	s.mu.Unlock()
	if c != nil {
		c.handle(g, time.Now())
	} else {
		s.refuse(from, g)
	}
}

// refuse answers a segment that no connection is there for.
func (s *Stack) refuse(to transport.Address, g *segment) {
	if g.flags&flagRST != 0 {
		return
	}
	answer := segment{flags: flagRST, from: g.to, to: g.from}
	if g.flags&flagACK != 0 {
		answer.seq = g.ack
	} else {
		answer.flags |= flagACK
		answer.ack = g.end()
	}
	_ = s.send(to, &answer, nil, nil) // fails only once the endpoint is closed
}

// send makes a frame of a header and data in two pieces, and hands it to the network.
func (s *Stack) send(to transport.Address, g *segment, first, second []byte) error {
	buf := s.buffers.Get().(*[]byte)
	defer s.buffers.Put(buf)
	frame := g.appendHeader((*buf)[:0])
	frame = append(frame, first...)
	frame = append(frame, second...)
	seal(frame)
	*buf = frame
	s.counters.sent.Add(1)
	if s.later != nil {
		s.sendInTurn(to, g, bytes.Clone(frame))
		return nil
	}
	return s.endpoint.Send(to, frame)
}

// sendInTurn has a frame sent behind those of the same connection, or of the same sockets.
func (s *Stack) sendInTurn(to transport.Address, g *segment, frame []byte) {
	name := fmt.Sprintf("%s:%d>%s:%d %t", s.address, g.from, to, g.to, g.flags&flagDatagram != 0)
	s.later(name, func() { _ = s.endpoint.Send(to, frame) }) // fails only once the endpoint is closed
}

// pick returns a port that is free, or EADDRINUSE. The caller holds the lock.
func (s *Stack) pick(free func(port uint16) bool) (uint16, error) {
	for range 1<<16 - firstPort {
		s.port = max(s.port+1, firstPort) // wraps to 0
		if free(s.port) {
			return s.port, nil
		}
	}
	return 0, syscall.EADDRINUSE
}

func (s *Stack) isClosed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed
}

func (s *Stack) remove(c *conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conns[c.key] == c {
		delete(s.conns, c.key)
	}
}

// firstSequence returns where a connection begins to count. It is so far from that of any
// other that a segment of an earlier connection is never taken for one of this. The caller
// holds the lock.
func (s *Stack) firstSequence() uint64 { return s.draw() >> 2 }
