package netconn

import (
	"context"
	"errors"
	"net"
	"strings"
	"syscall"
	"time"

	"github.com/7aca83c2/multinode/internal/timing"
)

// Dial is DialContext without a limit but the user timeout.
func (s *Stack) Dial(network, address string) (net.Conn, error) {
	return s.DialContext(context.Background(), network, address)
}

// DialContext connects to "host:port", over network "tcp" or "udp". It fails with
// ECONNREFUSED when nobody listens there, ETIMEDOUT when nobody has answered for the user
// timeout, or the error of ctx. Over "udp" it makes a socket that is connected, as net.Dial
// does, and asks nobody: a net.Conn that is a net.PacketConn as well, reads what comes from
// that address alone, and fails with ECONNREFUSED, once, after a datagram for a port where
// nobody listens.
func (s *Stack) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	if err := checkNetwork(network, "tcp", "udp"); err != nil {
		return nil, opError("dial", network, nil, nil, err)
	}
	if address == "" {
		return nil, opError("dial", network, nil, nil, errors.New("missing address"))
	}
	remote, err := s.resolve(network, address)
	if err == nil && ctx.Err() != nil {
		err = contextError(ctx.Err())
	}
	if err != nil {
		return nil, opError("dial", network, nil, remote, err)
	}
	var c net.Conn
	if strings.HasPrefix(network, "udp") {
		c, err = s.dialPacket(network, remote)
	} else {
		c, err = s.dialStream(ctx, network, remote)
	}
	if err != nil {
		return nil, opError("dial", network, nil, remote, err)
	}
	return c, nil
}

// dialStream makes a connection with a port of its own.
func (s *Stack) dialStream(ctx context.Context, network string, remote *Addr) (*conn, error) {
	c, err := s.newDialed(network, remote)
	if err == nil {
		err = c.connect(ctx)
	}
	return c, err
}

func (s *Stack) newDialed(network string, remote *Addr) (*conn, error) {
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
		return nil, syscall.EADDRNOTAVAIL // as connect has it, which is not what bind has
	}
	key.local = port
	c := newConn(s, network, key)
	s.conns[key] = c
	return c, nil
}

// connect sends a SYN and waits until the connection stands.
func (c *conn) connect(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state == stateNew {
		c.begin(stateSynSent, flagSYN, time.Now())
	}
	if timing.Wait(ctx, &c.readable, func() bool { return c.state == stateSynSent }) != nil {
		err := contextError(ctx.Err())
		c.reset(err)
		return err
	}
	if c.state == stateDead && c.err != nil {
		return c.err
	}
	return nil
}
