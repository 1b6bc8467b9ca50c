package netconn_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/chanpair"
	"github.com/7aca83c2/multinode/transport/netconn"
)

// host is what a script needs of a host: package net has it, and so has a Stack.
type host interface {
	DialContext(ctx context.Context, network, address string) (net.Conn, error)
	Listen(network, address string) (net.Listener, error)
	ListenPacket(network, address string) (net.PacketConn, error)
}

// kernel is the machine's own loopback.
type kernel struct{ net.Dialer }

func (*kernel) Listen(network, address string) (net.Listener, error) {
	return net.Listen(network, address)
}

func (*kernel) ListenPacket(network, address string) (net.PacketConn, error) {
	return net.ListenPacket(network, address)
}

// script does the same to any two hosts, and notes what it sees.
type script struct {
	*testing.T
	a, b host
	log  []string
}

// TestItIsLikeTheKernel has each script see the same over the kernel's sockets and over
// those of stacks: errors with their texts, operations and errnos, ends, and data.
func TestItIsLikeTheKernel(t *testing.T) {
	for name, run := range scripts {
		t.Run(name, func(t *testing.T) {
			real := &script{T: t, a: &kernel{}, b: &kernel{}}
			run(real)
			network := chanpair.New(transport.NewSwitch())
			ips := netconn.WithIPs(netconn.NumberIPs("a", "b"))
			a, b := open(t, network, "a", ips), open(t, network, "b", ips)
			ours := &script{T: t, a: a, b: b}
			run(ours)
			_, _ = a.Close(), b.Close()
			if len(real.log) == 0 {
				t.Fatal("it has seen nothing")
			}
			for i := range max(len(real.log), len(ours.log)) {
				if x, y := at(real.log, i), at(ours.log, i); x != y {
					t.Errorf("the kernel: %s\n ours:      %s", x, y)
				}
			}
		})
	}
}

func at(log []string, i int) string {
	if i < len(log) {
		return log[i]
	}
	return "nothing"
}

// note adds an error, and what it is to code that asks.
func (s *script) note(what string, err error) {
	s.log = append(s.log, what+": "+describe(err))
}

func (s *script) see(what string, value any) {
	s.log = append(s.log, fmt.Sprintf("%s: %v", what, value))
}

var addresses = regexp.MustCompile(`(127\.0\.0\.1|10\.0\.0\.\d|\[::\]):\d+`)

func describe(err error) string {
	if err == nil || err == io.EOF {
		return fmt.Sprint(err)
	}
	text := addresses.ReplaceAllString(err.Error(), "ADDRESS")
	text, _, _ = strings.Cut(text, ": this host is") // what the stack adds to help
	text, _, _ = strings.Cut(text, " on ")           // the name server that package net has asked
	text = "[" + text + "]"
	for _, errno := range []syscall.Errno{
		syscall.ECONNREFUSED, syscall.ECONNRESET, syscall.EPIPE, syscall.ETIMEDOUT, syscall.EADDRINUSE, syscall.EADDRNOTAVAIL,
		syscall.EHOSTUNREACH, syscall.ENETUNREACH, syscall.EMSGSIZE, syscall.EDESTADDRREQ, syscall.ENOTCONN, syscall.EINVAL,
	} {
		if errors.Is(err, errno) {
			text += fmt.Sprintf(" errno %d", int(errno))
		}
	}
	for _, sentinel := range []error{
		net.ErrClosed, os.ErrDeadlineExceeded, context.DeadlineExceeded, context.Canceled, net.ErrWriteToConnected,
	} {
		if errors.Is(err, sentinel) {
			text += fmt.Sprintf(" %T", sentinel)
		}
	}
	if op := new(net.OpError); errors.As(err, &op) {
		text += fmt.Sprintf(" op %s, %s, source %t, address %T", op.Op, op.Net, op.Source != nil, op.Addr)
		text = strings.Replace(text, "net.addrPortUDPAddr", "*net.UDPAddr", 1) // which is nobody's to name
	}
	if call := new(os.SyscallError); errors.As(err, &call) {
		text += " call " + call.Syscall
	}
	if e, ok := err.(net.Error); ok {
		text += fmt.Sprintf(" timeout %t", e.Timeout())
	}
	return text
}

// dial connects a to an address, with time enough for all but what hangs.
func (s *script) dial(network, address string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(s.Context(), 10*time.Second)
	defer cancel()
	return s.a.DialContext(ctx, network, address)
}

// listener is what *net.TCPListener is.
type listener interface {
	net.Listener
	SetDeadline(time.Time) error
}

func (s *script) listen() listener {
	s.Helper()
	l, err := s.b.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { _ = l.Close() })
	return l.(listener)
}

// tcpConn is what *net.TCPConn is, but for what needs a file descriptor.
type tcpConn interface {
	net.Conn
	CloseRead() error
	CloseWrite() error
	SetLinger(sec int) error
	SetNoDelay(bool) error
	SetKeepAlive(bool) error
	SetKeepAlivePeriod(time.Duration) error
	SetKeepAliveConfig(net.KeepAliveConfig) error
	SetReadBuffer(bytes int) error
	SetWriteBuffer(bytes int) error
}

// connect returns both ends of a connection.
func (s *script) connect() (x, y tcpConn) {
	s.Helper()
	l := s.listen()
	dialed, err := s.dial("tcp", l.Addr().String())
	if err != nil {
		s.Fatal(err)
	}
	accepted, err := l.Accept()
	if err != nil {
		s.Fatal(err)
	}
	for _, c := range []net.Conn{dialed, accepted} {
		s.Cleanup(func() { _ = c.Close() })
		_ = c.SetDeadline(time.Now().Add(10 * time.Second)) // or what hangs would hang
	}
	return dialed.(tcpConn), accepted.(tcpConn)
}

func (s *script) read(c io.Reader) {
	buf := make([]byte, 100)
	n, err := c.Read(buf)
	s.note(fmt.Sprintf("read %q", buf[:n]), err)
}

func (s *script) write(c io.Writer, text string) {
	n, err := c.Write([]byte(text))
	s.note(fmt.Sprintf("write %d", n), err)
}

// writeOn writes until that fails, because of what is on its way to this end.
func (s *script) writeOn(c io.Writer) {
	for {
		if _, err := c.Write([]byte("x")); err != nil {
			s.note("write", err)
			return
		}
		time.Sleep(time.Millisecond)
	}
}

// readOn reads until there is something, past the ends that come before.
func (s *script) readOn(c io.Reader) {
	buf, n, err := make([]byte, 100), 0, io.EOF
	for n == 0 && err == io.EOF {
		n, err = c.Read(buf)
	}
	s.note(fmt.Sprintf("read %q", buf[:n]), err)
}

// much is more than fits any buffer.
var much = make([]byte, 64<<20)

func fill(c io.Writer) error {
	_, err := c.Write(much)
	return err
}

// while runs work, and then act once work has had the time to begin to wait. What is seen is
// the same if it has not.
func while(work func() error, act func()) error {
	done := make(chan error)
	go func() { done <- work() }()
	time.Sleep(50 * time.Millisecond)
	act()
	return <-done
}
