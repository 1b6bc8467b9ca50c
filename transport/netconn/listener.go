package netconn

import (
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

// backlog is how many connections of a listener, half open or not accepted yet, there may
// be: enough for a thousand hosts that dial at once.
const backlog = 1024

// listener is what Listen returns. The lock of the stack guards all that changes.
type listener struct {
	stack   *Stack
	network string // "tcp", "tcp4" or "tcp6"
	addr    *Addr

	acceptable sync.Cond
	queue      []*conn
	pending    int // connections that nobody has accepted yet, those of queue and half open ones
	acceptBy   deadline
	closed     bool
}

var _ net.Listener = (*listener)(nil)

// Listen makes a listener at a port of this host: network is "tcp", address is ":port" or
// "host:port". It fails with EADDRINUSE if there is one, and EADDRNOTAVAIL for another host.
// It has SetDeadline like a net.TCPListener, and Addr is one to dial, whatever address is.
func (s *Stack) Listen(network, address string) (net.Listener, error) {
	addr, err := s.resolveOwn(network, "tcp", address)
	if err != nil {
		return nil, opError("listen", network, nil, addr, err)
	}
	l := &listener{stack: s, network: network, addr: addr}
	l.acceptable.L = &s.mu
	s.mu.Lock()
	defer s.mu.Unlock()
	if addr.port, err = bind(s, s.listeners, addr.port); err != nil {
		return nil, opError("listen", network, nil, addr, err)
	}
	s.listeners[addr.port] = l
	return l, nil
}

// bind returns port, or one that is free for 0. The caller holds the stack's lock.
func bind[T any](s *Stack, bound map[uint16]T, port uint16) (uint16, error) {
	free := func(port uint16) bool { _, ok := bound[port]; return !ok }
	switch {
	case s.closed:
		return port, net.ErrClosed
	case port == 0:
		return s.pick(free)
	case !free(port):
		return port, syscall.EADDRINUSE
	}
	return port, nil
}

// Accept waits for a connection. It fails with net.ErrClosed once the listener is closed.
func (l *listener) Accept() (net.Conn, error) {
	l.stack.mu.Lock()
	defer l.stack.mu.Unlock()
	for {
		switch {
		case l.closed:
			return nil, opError("accept", l.network, nil, l.addr, net.ErrClosed)
		case l.acceptBy.passed:
			return nil, opError("accept", l.network, nil, l.addr, os.ErrDeadlineExceeded)
		case len(l.queue) > 0:
			c := l.queue[0]
			l.queue[0] = nil
			l.queue = l.queue[1:]
			l.pending--
			return c, nil
		}
		l.acceptable.Wait()
	}
}

// SetDeadline sets when Accept gives up.
func (l *listener) SetDeadline(t time.Time) error {
	l.stack.mu.Lock()
	defer l.stack.mu.Unlock()
	if l.closed {
		return net.ErrClosed // bare, as that of a net.TCPListener is
	}
	l.acceptBy.reset(t, &l.acceptable)
	return nil
}

// Addr returns the address that it listens at.
func (l *listener) Addr() net.Addr { return l.addr.public() }

// Close ends the listener, and resets what nobody has accepted.
func (l *listener) Close() error {
	waiting, ok := l.end()
	if !ok {
		return opError("close", l.network, nil, l.addr, net.ErrClosed)
	}
	for _, c := range waiting {
		c.abort(syscall.ECONNRESET, !l.stack.isClosed())
		_ = c.Close() // gives its memory back
	}
	return nil
}

// end closes the listener, unless it was, and returns what nobody has accepted.
func (l *listener) end() (waiting []*conn, ok bool) {
	s := l.stack
	s.mu.Lock()
	defer s.mu.Unlock()
	if l.closed {
		return nil, false
	}
	l.closed = true
	l.acceptBy.stop()
	delete(s.listeners, l.addr.port)
	waiting = l.queue
	l.queue = nil
	for _, c := range s.conns {
		if c.listener == l && !c.offered {
			waiting = append(waiting, c)
		}
	}
	l.acceptable.Broadcast()
	return waiting, true
}

// offer hands an established connection to Accept, and reports whether there still is one.
func (l *listener) offer(c *conn) bool {
	l.stack.mu.Lock()
	defer l.stack.mu.Unlock()
	if l.closed {
		return false
	}
	c.offered = true
	l.queue = append(l.queue, c)
	l.acceptable.Signal()
	return true
}

// forget makes room for another connection in the place of one that ended half open.
func (l *listener) forget(c *conn) {
	l.stack.mu.Lock()
	defer l.stack.mu.Unlock()
	if !c.offered {
		l.pending--
	}
}
