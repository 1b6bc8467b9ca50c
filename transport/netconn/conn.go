package netconn

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"time"

	"github.com/7aca83c2/multinode/internal/timing"
)

type state uint8

const (
	stateNew state = iota
	stateSynSent
	stateSynReceived
	stateEstablished // until both directions have ended
	stateTimeWait
	stateDead // not on the stack any more; what has arrived can be read
)

// conn is a connection. Its lock may be held while a frame is sent.
type conn struct {
	stack         *Stack
	network       string // "tcp", "tcp4" or "tcp6"
	key           connKey
	local, remote *Addr
	first         uint64    // where it begins to count
	listener      *listener // where it came in, or nil
	offered       bool      // Accept may return it; the stack's lock guards it

	mu       sync.Mutex
	readable sync.Cond // something to read, or another state
	writable sync.Cond // room to write, or another state
	state    state
	err      error // why it is dead, unless both ends have closed it
	in       receiver
	out      sender
	path     *path
	echo     uint64 // the stamp of the segment being handled, until it is answered
	passive  bool   // the peer's FIN came before ours was sent

	readBy, writeBy deadline
	writing         bool // a Write has its turn
	readShut        bool // CloseRead was called
	closed          bool // Close was called
	abrupt          bool // SetLinger(0) was
	keep            keepAlive

	timer *time.Timer
	until time.Time // the end of TIME-WAIT, or of waiting for the peer's FIN after Close
}

var _ net.Conn = (*conn)(nil)

// newConn makes a connection; the caller holds the stack's lock.
func newConn(s *Stack, network string, key connKey) *conn {
	c := &conn{stack: s, network: network, key: key, keep: s.keepAlive, first: s.firstSequence()}
	c.readable.L, c.writable.L = &c.mu, &c.mu
	if c.path = s.paths[key.peer]; c.path == nil {
		c.path = &path{}
		s.paths[key.peer] = c.path
	}
	c.in.ring.held, c.out.ring.held = &s.counters.buffered, &s.counters.buffered
	c.local = s.addrLocked("tcp", s.address, key.local)
	c.remote = s.addrLocked("tcp", key.peer, key.remote)
	return c
}

func (c *conn) LocalAddr() net.Addr  { return c.local.public() }
func (c *conn) RemoteAddr() net.Addr { return c.remote.public() }

// Read waits for data. It returns io.EOF after the peer's last.
func (c *conn) Read(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for {
		if err := c.readState(len(p)); err != nil {
			return 0, c.opError("read", err)
		}
		if n := c.in.copyTo(p); n > 0 || len(p) == 0 {
			c.in.tune(n, c.shortest())
			c.openWindow()
			return n, nil
		}
		if c.in.eof {
			return 0, io.EOF
		}
		if err := c.fault(); err != nil {
			return 0, c.opError("read", err)
		}
		if c.readShut || c.state == stateDead {
			return 0, io.EOF
		}
		c.readable.Wait()
	}
}

// readState returns why Read must not read n bytes, if so.
func (c *conn) readState(n int) error {
	switch {
	case c.closed:
		return net.ErrClosed
	case c.readBy.passed && n > 0:
		return os.ErrDeadlineExceeded
	}
	return nil
}

// fault returns why the connection has ended, if it was not in good order. An errno is there
// for one call alone, whichever comes first, as that of a socket is (SO_ERROR).
func (c *conn) fault() error {
	err := c.err
	if _, once := err.(syscall.Errno); once {
		c.err = nil
	}
	return err
}

// openWindow tells the peer that there is more room, if there is much more.
func (c *conn) openWindow() {
	if c.state == stateEstablished && !c.in.eof && c.in.advance() {
		c.emit(flagACK, c.out.next, nil)
	}
}

// Write waits until all of p fits the buffer of what is not acknowledged.
func (c *conn) Write(p []byte) (n int, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.writing {
		if err := c.writeState(); err != nil {
			return 0, c.opError("write", err)
		}
		c.writable.Wait()
	}
	c.writing = true
	defer func() {
		c.writing = false
		c.writable.Broadcast()
	}()
	for {
		if err := c.writeState(); err != nil {
			return n, c.opError("write", err)
		}
		if n == len(p) {
			return n, nil
		}
		room := min(c.out.room(), len(p)-n)
		if room <= 0 {
			c.writable.Wait()
			continue
		}
		now := time.Now()
		c.out.write(p[n:n+room], now)
		n += room
		c.flush(now)
		c.arm(now)
	}
}

// writeState returns why Write must not write, if so.
func (c *conn) writeState() error {
	switch {
	case c.closed:
		return net.ErrClosed
	case c.writeBy.passed:
		return os.ErrDeadlineExceeded
	}
	if err := c.fault(); err != nil {
		return err
	}
	if c.out.finQueued || c.state == stateDead {
		return syscall.EPIPE
	}
	return nil
}

// Close sends what was written, and FIN, in the background, unless SetLinger was called with
// 0. It fails with net.ErrClosed the second time.
func (c *conn) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return c.opError("close", net.ErrClosed)
	}
	c.closed = true
	c.readBy.stop()
	c.writeBy.stop()
	c.readable.Broadcast()
	c.writable.Broadcast()
	if c.state != stateDead && (c.abrupt || c.in.unread() > 0 || len(c.in.ranges) > 0) {
		c.reset(net.ErrClosed)
	} else {
		c.closeWrite()
	}
	c.in.ring.release()
	return nil
}

// SetLinger is that of a net.TCPConn, for 0 and for what is less: with 0 Close drops what was
// not sent, and resets the connection. More than 0 is as if less.
func (c *conn) SetLinger(sec int) error {
	return c.set(func() error { c.abrupt = sec == 0; return nil })
}

// CloseRead ends reading with io.EOF, as on Linux: what has arrived, and what still does, can
// be read before.
func (c *conn) CloseRead() error {
	return c.shutdown(func() {
		c.readShut = true
		c.readable.Broadcast()
	})
}

// CloseWrite sends FIN behind what was written: the peer's Read then returns io.EOF.
func (c *conn) CloseWrite() error {
	return c.shutdown(func() {
		c.closeWrite()
		c.writable.Broadcast()
	})
}

// shutdown ends one direction. It fails with ENOTCONN when both have ended.
func (c *conn) shutdown(end func()) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.closed || errors.Is(c.err, net.ErrClosed):
		return c.opError("close", net.ErrClosed)
	case c.state == stateDead || c.state == stateTimeWait:
		return c.opError("close", os.NewSyscallError("shutdown", syscall.ENOTCONN))
	}
	end()
	return nil
}

func (c *conn) closeWrite() {
	now := time.Now()
	if !c.out.busy() {
		c.out.since, c.out.progress = now, now
	}
	if !c.out.finQueued && c.state != stateDead {
		c.out.finQueued = true
		c.passive = c.in.eof
		c.flush(now)
	}
	c.arm(now)
}

func (c *conn) SetDeadline(t time.Time) error      { return c.setDeadline(t, true, true) }
func (c *conn) SetReadDeadline(t time.Time) error  { return c.setDeadline(t, true, false) }
func (c *conn) SetWriteDeadline(t time.Time) error { return c.setDeadline(t, false, true) }

func (c *conn) setDeadline(t time.Time, read, write bool) error {
	return c.change(func() {
		if c.state == stateDead && !t.IsZero() && time.Until(t) > 0 {
			t = time.Time{} // nothing waits, so that no timer is needed
		}
		if read {
			c.readBy.reset(t, &c.readable)
		}
		if write {
			c.writeBy.reset(t, &c.writable)
		}
	})
}

func (c *conn) opError(op string, err error) error {
	return opError(op, c.network, c.local, c.remote, err)
}

// parted waits until the peer has acknowledged the end, or the connection is dead.
func (c *conn) parted(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return timing.Wait(ctx, &c.writable, func() bool { return c.state != stateDead && !c.out.finAcked() })
}

// abort ends the connection at once, telling the peer if tell is true. It reports whether
// there was one.
func (c *conn) abort(reason error, tell bool) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch c.state {
	case stateDead:
		return false
	case stateTimeWait: // both ends have closed it
		c.die(nil)
		return false
	}
	if tell {
		c.reset(reason)
	} else {
		c.die(reason)
	}
	return true
}

// reset ends the connection and sends an RST.
func (c *conn) reset(reason error) {
	if c.state > stateSynSent && c.state != stateDead {
		c.emit(flagRST|flagACK, c.out.next, nil)
	}
	c.die(reason)
}

// die takes the connection off the stack.
func (c *conn) die(reason error) {
	if c.state == stateDead {
		return
	}
	c.state, c.err = stateDead, reason
	if c.timer != nil {
		c.timer.Stop()
	}
	c.readBy.stop()
	c.writeBy.stop()
	c.out.flights = flights{}
	c.out.ring.release()
	if c.closed {
		c.in.ring.release()
	}
	c.stack.remove(c)
	if c.listener != nil {
		c.listener.forget(c)
	}
	c.readable.Broadcast()
	c.writable.Broadcast()
}
