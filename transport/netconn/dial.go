package netconn

import (
	"context"
	"net"
	"time"
)

// Dial is DialContext without a limit but the user timeout.
func (s *Stack) Dial(network, address string) (net.Conn, error) {
	return s.DialContext(context.Background(), network, address)
}

// DialContext connects to "host:port", over network "tcp". It fails with ECONNREFUSED when
// nobody listens there, ETIMEDOUT when nobody has answered for the user timeout, or the
// error of ctx.
func (s *Stack) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	if err := checkNetwork(network, "tcp"); err != nil {
		return nil, opError("dial", network, nil, nil, err)
	}
	remote, err := s.resolve("tcp", address)
	if err != nil {
		return nil, opError("dial", network, nil, nil, err)
	}
	c, err := s.newDialed(remote)
	if err == nil {
		err = c.connect(ctx)
	}
	if err != nil {
		return nil, opError("dial", network, nil, remote, err)
	}
	return c, nil
}

// newDialed makes a connection with a port of its own.
func (s *Stack) newDialed(remote *Addr) (*conn, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, net.ErrClosed
	}
	key := connKey{peer: remote.address, remote: remote.port}
	port, err := s.pick(func(port uint16) bool {
		key.local = port
		return s.conns[key] == nil && s.listeners[port] == nil && port != remote.port
	})
	if err != nil {
		return nil, err
	}
	key.local = port
	c := newConn(s, key)
	s.conns[key] = c
	return c, nil
}

// connect sends a SYN and waits until the connection stands.
func (c *conn) connect(ctx context.Context) error {
	defer c.wakeAtEnd(ctx, &c.readable)()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state == stateNew {
		c.begin(stateSynSent, flagSYN, time.Now())
	}
	for c.state == stateSynSent {
		if err := ctx.Err(); err != nil {
			c.reset(err)
			return err
		}
		c.readable.Wait()
	}
	if c.state == stateDead && c.err != nil {
		return c.err
	}
	return nil
}
