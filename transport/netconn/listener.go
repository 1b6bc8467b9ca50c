package netconn

import (
	"net"
	"sync"
	"syscall"
)

// backlog is how many connections of a listener, half open or not accepted yet, there may
// be: enough for a thousand hosts that dial at once.
const backlog = 1024

// listener is what Listen returns. The lock of the stack guards pending and closed.
type listener struct {
	stack *Stack
	addr  *Addr
	queue chan *conn // has room for the whole backlog
	done  chan struct{}
	once  sync.Once

	pending int // connections that nobody has accepted yet
	closed  bool
}

var _ net.Listener = (*listener)(nil)

// Listen makes a listener at a port of this host: network is "tcp", address is ":port" or
// "host:port". It fails with EADDRINUSE if there is one.
func (s *Stack) Listen(network, address string) (net.Listener, error) {
	l, err := s.listen(network, address)
	if err != nil {
		return nil, err
	}
	return l, nil
}

func (s *Stack) listen(network, address string) (*listener, error) {
	if err := checkNetwork(network, "tcp"); err != nil {
		return nil, opError("listen", network, nil, nil, err)
	}
	addr, err := s.resolveOwn("tcp", address)
	if err != nil {
		return nil, opError("listen", network, nil, nil, err)
	}
	l := &listener{stack: s, addr: addr, queue: make(chan *conn, backlog), done: make(chan struct{})}
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
	select {
	case c := <-l.queue:
		l.stack.mu.Lock()
		l.pending--
		l.stack.mu.Unlock()
		return c, nil
	case <-l.done:
		return nil, opError("accept", "tcp", nil, l.addr, net.ErrClosed)
	}
}

// Addr returns the address that it listens at.
func (l *listener) Addr() net.Addr { return l.addr }

// Close ends the listener, and resets what nobody has accepted.
func (l *listener) Close() error {
	err := opError("close", "tcp", nil, l.addr, net.ErrClosed)
	l.once.Do(func() { err = nil; l.close() })
	return err
}

func (l *listener) close() {
	s := l.stack
	s.mu.Lock()
	l.closed = true
	delete(s.listeners, l.addr.port)
	tell := !s.closed
	var waiting []*conn
	for _, c := range s.conns {
		if c.listener == l && !c.offered {
			waiting = append(waiting, c)
		}
	}
	s.mu.Unlock()
	close(l.done)
	for _, c := range waiting {
		c.abort(syscall.ECONNRESET, tell)
	}
	for {
		select {
		case c := <-l.queue:
			c.abort(syscall.ECONNRESET, tell)
			_ = c.Close() // gives its memory back
		default:
			return
		}
	}
}

// offer hands an established connection to Accept, and reports whether there still is one.
func (l *listener) offer(c *conn) bool {
	l.stack.mu.Lock()
	defer l.stack.mu.Unlock()
	if l.closed {
		return false
	}
	c.offered = true
	l.queue <- c
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
