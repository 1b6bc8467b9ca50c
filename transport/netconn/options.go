package netconn

import (
	"fmt"
	"time"
)

// Option is a choice made in NewStack.
type Option interface{ apply(*Stack) }

type option func(*Stack)

func (o option) apply(s *Stack) { o(s) }

// WithHosts says which hosts there are, by names that need not be their addresses. The
// default is nil: any address may be one.
func WithHosts(hosts Hosts) Option { return option(func(s *Stack) { s.hosts = hosts }) }

// WithUserTimeout sets how long a connection, or Dial, goes on without any
// acknowledgement of what it sent. It must be positive. The default is 30 s.
func WithUserTimeout(d time.Duration) Option { return option(func(s *Stack) { s.userTimeout = d }) }

// WithDatagramBuffer bounds, in bytes, what a net.PacketConn keeps of datagrams that nobody has
// read, until its SetReadBuffer says otherwise: their data, and 128 bytes for each. It must be
// positive. The default is 256 KiB.
func WithDatagramBuffer(bytes int) Option {
	return option(func(s *Stack) { s.datagramBuffer = bytes })
}

// WithWindow bounds, in bytes, each of the two buffers of a connection. It must be 4 KiB to 1 GiB. The default is 256 KiB.
func WithWindow(bytes int) Option { return option(func(s *Stack) { s.window = bytes }) }

const (
	defaultUserTimeout    = 30 * time.Second
	defaultWindow         = 256 << 10
	defaultDatagramBuffer = 256 << 10
	minWindow             = 4 << 10
	maxWindow             = 1 << 30 // the field for it has 32 bits
)

func (s *Stack) check() error {
	switch {
	case s.userTimeout <= 0:
		return fmt.Errorf("user timeout %v is not positive", s.userTimeout)
	case s.window < minWindow || s.window > maxWindow:
		return fmt.Errorf("window of %d bytes is not %d to %d", s.window, minWindow, maxWindow)
	case s.datagramBuffer < 1:
		return fmt.Errorf("datagram buffer of %d bytes is not positive", s.datagramBuffer)
	}
	return nil
}
