package netconn

import (
	"encoding/binary"
	"fmt"
	"net"
	"os"
	"syscall"

	"github.com/7aca83c2/multinode/transport"
)

// Datagram reports whether the payload of a frame is a datagram that has arrived undamaged so
// far, and how many bytes of data it has. It is for a rule: see fault.Datagrams.
func Datagram(payload []byte) (bytes int, is bool) {
	is = len(payload) >= datagramSize && flags(payload[4]) == flagDatagram &&
		binary.LittleEndian.Uint32(payload) == checksum(payload[checksumSize:])
	return len(payload) - datagramSize, is
}

// What the reasons begin with for which a stack discards frames, as transport.Stats has them;
// the port and the size of the buffer follow. The ports that are picked are one there: their
// sockets come and go, as those of DNS queries do, and nobody knows them by their numbers.
const (
	// ReasonBehind is that of datagrams for which the buffer of their net.PacketConn has no
	// room, as nobody has read what came before.
	ReasonBehind = "reader behind"
	// ReasonUnread is that of datagrams at whose port there is no net.PacketConn.
	ReasonUnread = "no reader"
	// ReasonBacklog is that of SYNs for a listener that does not accept what came before.
	ReasonBacklog = "listener behind"
)

// deliver queues a datagram, if somebody listens and there is room.
func (s *Stack) deliver(p *packetConn, from transport.Address, g *segment) {
	why := ""
	if p != nil {
		why = p.enqueue(from, g)
	}
	bytes := datagramSize + len(g.data)
	switch {
	case p == nil || why == ReasonUnread:
		s.counters.unread.Add(1)
		s.endpoint.Discard(from, fmt.Sprintf("%s at %s", ReasonUnread, place(g.to)), bytes)
	case why != "":
		s.counters.dropped.Add(1)
		s.endpoint.Discard(from, why, bytes)
	}
}

// enqueue returns why a datagram finds no place, or "".
func (p *packetConn) enqueue(from transport.Address, g *segment) (why string) {
	source := p.stack.addr("udp", from, g.from)
	p.mu.Lock()
	defer p.mu.Unlock()
	cost := len(g.data) + datagramCost
	switch {
	case p.closed:
		return ReasonUnread
	case p.queued > 0 && p.queued+cost > p.buffer:
		if p.behind == "" {
			p.behind = fmt.Sprintf("%s at %s, buffer %s", ReasonBehind, place(g.to), size(p.buffer))
		}
		return p.behind
	}
	p.count(cost)
	p.queue = append(p.queue, datagram{source, append([]byte(nil), g.data...)})
	p.readable.Broadcast()
	return ""
}

// place writes a port like ":53", and all that are picked like one.
func place(port uint16) string {
	if port >= firstPort {
		return fmt.Sprintf("a picked port (%d+)", firstPort)
	}
	return fmt.Sprintf(":%d", port)
}

// size writes bytes like "256 KiB", or "1000 B".
func size(bytes int) string {
	if bytes >= 1<<10 && bytes%(1<<10) == 0 {
		return fmt.Sprintf("%d KiB", bytes>>10)
	}
	return fmt.Sprintf("%d B", bytes)
}

// SetReadBuffer bounds the datagrams that wait for a reader, in bytes of their data and 128 for
// each, as net.UDPConn's does; the default is that of WithDatagramBuffer. One that comes when
// none waits is always taken. What waits already stays.
func (p *packetConn) SetReadBuffer(bytes int) error {
	return p.set(bytes >= 0, func() { p.buffer, p.behind = bytes, "" })
}

// SetWriteBuffer does nothing: what is written is on its way at once.
func (p *packetConn) SetWriteBuffer(bytes int) error { return p.set(bytes >= 0, func() {}) }

// set changes what Linux would, if that is valid.
func (p *packetConn) set(valid bool, change func()) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.closed:
		return opError("set", p.network, nil, p.addr, net.ErrClosed)
	case !valid:
		return opError("set", p.network, nil, p.addr, os.NewSyscallError("setsockopt", syscall.EINVAL))
	}
	change()
	return nil
}
