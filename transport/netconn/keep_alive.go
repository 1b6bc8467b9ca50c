package netconn

import (
	"net"
	"os"
	"syscall"
	"time"
)

// keepAlive says when a connection that hears nothing asks whether its peer is still there
// (RFC 9293, 3.8.4).
type keepAlive struct {
	on             bool
	idle, interval time.Duration
	count          int

	since time.Time // when something was heard last, or asked
	asked int       // how often since something was heard
}

// systemKeepAlive is what Linux has for a socket that nobody has set anything for, and what
// package net leaves as it is for negative values.
var systemKeepAlive = keepAlive{idle: 2 * time.Hour, interval: 75 * time.Second, count: 9}

const (
	defaultKeepAlive      = 15 * time.Second // that of package net, for idle and for interval
	defaultKeepAliveCount = 9
	maxKeepAlive          = 32767 // seconds, on Linux
	maxKeepAliveCount     = 127
)

func (k *keepAlive) heard(now time.Time) { k.since, k.asked = now, 0 }

// due returns when to ask, or to give up.
func (k *keepAlive) due() time.Time {
	if k.asked == 0 {
		return k.since.Add(k.idle)
	}
	return k.since.Add(k.interval)
}

// set implements SetKeepAliveConfig as that of a net.TCPConn works on Linux.
func (k *keepAlive) set(c net.KeepAliveConfig) error {
	k.on = c.Enable
	if err := setSeconds(&k.idle, c.Idle); err != nil {
		return err
	}
	if err := setSeconds(&k.interval, c.Interval); err != nil {
		return err
	}
	switch {
	case c.Count > maxKeepAliveCount:
		return syscall.EINVAL
	case c.Count == 0:
		k.count = defaultKeepAliveCount
	case c.Count > 0:
		k.count = c.Count
	}
	return nil
}

// setSeconds sets one of the durations, rounded up to whole seconds; 0 is the default and
// what is less changes nothing.
func setSeconds(to *time.Duration, d time.Duration) error {
	switch {
	case d == 0:
		d = defaultKeepAlive
	case d < 0:
		return nil
	}
	if d > maxKeepAlive*time.Second {
		return syscall.EINVAL
	}
	*to = (d + time.Second - 1).Truncate(time.Second)
	return nil
}

// ask sends a keep-alive probe, or ends the connection when enough were in vain.
func (c *conn) ask(now time.Time) {
	if c.keep.asked >= c.keep.count {
		c.reset(syscall.ETIMEDOUT)
		return
	}
	c.keep.since = now // not when it was due: the process may have stood still
	c.keep.asked++
	c.emit(flagACK|flagProbe, c.out.next, nil)
}

// SetKeepAlive says whether the connection asks its peer, when it has not heard from it for
// a while, if it is still there. The default is that of WithKeepAlive.
func (c *conn) SetKeepAlive(on bool) error {
	return c.set(func() error { c.keep.on = on; return nil })
}

// SetKeepAlivePeriod sets the time without a word from the peer after which it is asked, in
// whole seconds, rounded up. 0 is 15 s; less changes nothing.
func (c *conn) SetKeepAlivePeriod(d time.Duration) error {
	return c.set(func() error { return setSeconds(&c.keep.idle, d) })
}

// SetKeepAliveConfig sets all there is of keep-alive, as that of a net.TCPConn does on Linux:
// durations are rounded up to whole seconds, and more than 32767 s or 127 probes are EINVAL.
func (c *conn) SetKeepAliveConfig(config net.KeepAliveConfig) error {
	return c.set(func() error { return c.keep.set(config) })
}

// SetNoDelay says whether a short segment is sent while another one is under way; if not, it
// waits for the acknowledgement (RFC 9293, 3.7.4). The default is true.
func (c *conn) SetNoDelay(noDelay bool) error {
	return c.set(func() error {
		c.out.nagle = !noDelay
		if noDelay {
			c.flush(time.Now())
		}
		return nil
	})
}

// SetReadBuffer sets how many bytes may wait to be read, from 4 KiB to 1 GiB; less and more
// count as those. What the peer has been allowed already stays allowed. From then on it is not
// tuned any more.
func (c *conn) SetReadBuffer(bytes int) error {
	return c.change(func() {
		c.in.fix(clampWindow(bytes))
		c.openWindow()
	})
}

// SetWriteBuffer sets how many bytes may wait to be acknowledged, from 4 KiB to 1 GiB; less
// and more count as those. From then on that is not tuned any more.
func (c *conn) SetWriteBuffer(bytes int) error {
	return c.change(func() {
		c.out.limit = clampWindow(bytes)
		c.out.base, c.out.most = c.out.limit, c.out.limit
		c.writable.Broadcast()
	})
}

func clampWindow(bytes int) int { return min(max(bytes, minWindow), maxWindow) }

// set changes a socket option.
func (c *conn) set(change func() error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return c.opError("set", net.ErrClosed)
	}
	if err := change(); err != nil {
		return c.opError("set", os.NewSyscallError("setsockopt", err))
	}
	c.arm(time.Now())
	return nil
}

// change changes what package net has no system call for in its errors: buffers and deadlines.
func (c *conn) change(change func()) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return opError("set", c.network, nil, c.local, net.ErrClosed)
	}
	change()
	return nil
}
