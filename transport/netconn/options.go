package netconn

import (
	"fmt"
	"math/rand/v2"
	"net"
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

// WithWindow bounds, in bytes, each of the two buffers of a connection, which begin with
// 256 KiB and grow beyond that as the path asks for it. It must be 4 KiB to 1 GiB. The default
// is 4 MiB.
func WithWindow(bytes int) Option { return option(func(s *Stack) { s.window = bytes }) }

// WithKeepAlive sets what connections begin with, dialed and accepted, as the fields
// KeepAliveConfig of net.Dialer and net.ListenConfig do; see SetKeepAliveConfig of a
// net.TCPConn. The default is enabled: after 15 s without a word from the peer it is asked
// every 15 s, and the connection ends with ETIMEDOUT when 9 probes were in vain.
func WithKeepAlive(config net.KeepAliveConfig) Option {
	return option(func(s *Stack) { s.keepAliveConfig = config })
}

// WithIPs gives the hosts IP addresses, by their names: a connection's addresses are then
// *net.TCPAddr, a net.PacketConn's *net.UDPAddr, and both the names and the IP addresses can
// be dialed. Each host of WithHosts must have one, of its own; without WithHosts the
// hosts are those named here. The default is nil: addresses are "host:port", of type *Addr.
func WithIPs(ips IPs) Option { return option(func(s *Stack) { s.givenIPs = ips }) }

// WithSeed has the stack draw from seed where its connections begin to count. Each stack that is opened at an
// address, one after another, needs a seed of its own. The default is what the runtime draws.
func WithSeed(seed uint64) Option {
	return option(func(s *Stack) { s.draw = rand.New(rand.NewPCG(seed, 0)).Uint64 })
}

// WithTurns has each frame that is sent wait for its turn. It is handed to later with the name of its connection, or
// of its sockets, and later has it sent when its turn has come, those of one name in order. With transport.Steps.Later
// what several connections send at one time goes out in an order that does not depend on the scheduler of goroutines.
// The default is to send at once.
func WithTurns(later func(name string, send func())) Option {
	return option(func(s *Stack) { s.later = later })
}

const (
	defaultUserTimeout    = 30 * time.Second
	defaultWindow         = 4 << 20
	baseWindow            = 256 << 10 // what connections begin with
	defaultDatagramBuffer = 256 << 10
	minWindow             = 4 << 10
	maxWindow             = 1 << 30 // the field for it has 32 bits
)

// check returns an error that says what is allowed, and prepares what the options say.
func (s *Stack) check() error {
	s.keepAlive = systemKeepAlive
	if err := s.keepAlive.set(s.keepAliveConfig); err != nil {
		return fmt.Errorf("keep-alive of more than %d s or %d probes", maxKeepAlive, maxKeepAliveCount)
	}
	if err := s.number(); err != nil {
		return err
	}
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
