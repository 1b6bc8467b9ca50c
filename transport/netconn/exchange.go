package netconn

import (
	"syscall"
	"time"

	"github.com/7aca83c2/multinode/internal/timing"
)

// begin sends the first segment of the connection.
func (c *conn) begin(to state, f flags, now time.Time) {
	c.state = to
	c.out.begin(c.first, c.stack.window)
	c.out.epoch, c.out.path = c.stack.epoch, c.path
	if to == stateSynSent {
		c.in.begin(0, c.stack.window)
	}
	c.out.flights.push(flight{seq: c.first, flags: f})
	c.out.next++
	c.out.written++
	c.out.since, c.out.progress = now, now
	if c.launch(0) {
		c.arm(now)
	}
}

// handle takes a segment that has arrived.
func (c *conn) handle(g *segment, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.echo = g.stamp
	defer func() { c.echo = 0 }() // what is sent later is no answer
	switch c.state {
	case stateDead:
		return
	case stateNew:
		if g.flags == flagSYN && c.listener != nil {
			c.in.begin(g.seq+1, c.stack.window)
			c.begin(stateSynReceived, flagSYN|flagACK, now)
		}
		return
	case stateSynSent:
		c.handleAnswer(g, now)
	default:
		c.handleSegment(g, now)
	}
	c.arm(now)
}

// handleAnswer takes what comes back for a SYN (RFC 9293, 3.10.7.3).
func (c *conn) handleAnswer(g *segment, now time.Time) {
	answers := g.flags&flagACK != 0 && g.ack == c.out.next
	switch {
	case g.flags&flagRST != 0:
		if answers {
			c.die(syscall.ECONNREFUSED)
		}
	case g.flags&flagACK != 0 && !answers: // from the peer's end of a former connection
		c.stack.refuse(c.key.peer, g)
		c.out.since = now
		c.launch(0)
	case answers && g.flags&flagSYN != 0:
		c.in.begin(g.seq+1, c.stack.window)
		c.out.acknowledge(g, now)
		c.in.open(c.shortest())
		c.state = stateEstablished
		c.keep.heard(now)
		c.readable.Broadcast()
		c.emit(flagACK, c.out.next, nil)
	}
}

// handleSegment takes a segment of a connection that both know.
func (c *conn) handleSegment(g *segment, now time.Time) {
	switch {
	case g.flags&flagRST != 0:
		if c.in.covers(g.seq) {
			c.handleReset()
		}
		return
	case g.flags&flagSYN != 0:
		c.emit(flagACK, c.out.next, nil) // a SYN that got lost comes again by itself
		return
	case g.flags&flagACK == 0 || !c.in.accepts(g.seq) || !c.out.accepts(g.ack):
		return // of another connection, or so old that it does not matter
	case c.closed && len(g.data) > 0 && g.seq+uint64(len(g.data)) > c.in.next:
		c.reset(syscall.ECONNRESET) // nobody will read it
		return
	}
	c.keep.heard(now)
	if c.out.acknowledge(g, now) {
		c.writable.Broadcast()
	}
	if c.state == stateSynReceived && c.out.una == c.out.next {
		c.in.open(c.shortest())
		c.state = stateEstablished
		if !c.listener.offer(c) {
			c.reset(syscall.ECONNRESET)
			return
		}
	}
	if c.in.take(g) {
		c.arrived()
	}
	answered := c.flush(now)
	if !answered && (g.end() > g.seq || g.flags&flagProbe != 0) {
		c.emit(flagACK, c.out.next, nil)
	}
	c.end(g, now)
}

// handleReset ends the connection because the peer has. One that both have closed ends as
// if its last ACK had arrived. After the peer's FIN it is EPIPE, as on Linux.
func (c *conn) handleReset() {
	switch {
	case c.state == stateTimeWait || c.in.eof && c.out.finSent:
		c.die(nil)
	case c.in.eof:
		c.die(syscall.EPIPE)
	default:
		c.die(syscall.ECONNRESET)
	}
}

// arrived wakes readers.
func (c *conn) arrived() {
	c.in.advance()
	c.readable.Broadcast()
}

// end takes the connection through its last states.
func (c *conn) end(g *segment, now time.Time) {
	if c.state == stateDead || !c.in.eof || !c.out.finAcked() {
		return
	}
	switch {
	case c.passive:
		c.die(nil)
	case c.state != stateTimeWait || g.flags&flagFIN != 0:
		c.state = stateTimeWait
		c.until = now.Add(timeWait)
		c.out.ring.release()
	}
}

// flush sends what is lost, and what is new, as far as it is allowed. It reports whether it
// has sent anything. While a timeout has just passed in vain it sends nothing.
func (c *conn) flush(now time.Time) (sent bool) {
	if c.out.backoff > 0 || c.state < stateEstablished {
		return false
	}
	for c.state != stateDead {
		i, ok := c.out.resend()
		if !ok {
			break
		}
		sent = true
		c.launch(i)
	}
	for c.state != stateDead && c.out.lost == 0 {
		f, ok := c.out.cut()
		if !ok {
			break
		}
		if c.out.flights.len() == 0 {
			c.out.since = now
		}
		sent = true
		c.out.flights.push(f)
		c.launch(c.out.flights.len() - 1)
	}
	return sent
}

// launch sends a flight, and reports whether the connection is still there.
func (c *conn) launch(i int) bool {
	f := &c.out.flights.live()[i]
	if f.order > 0 {
		c.stack.counters.again.Add(1)
	}
	c.out.launch(f)
	return c.emit(f.flags, f.seq, f)
}

// emit sends a segment, with the data of a flight unless it is nil. It reports whether the
// connection is still there: an endpoint that is closed ends it.
func (c *conn) emit(flag flags, seq uint64, f *flight) bool {
	g := segment{
		flags: flag, from: c.key.local, to: c.key.remote,
		seq: seq, window: c.in.window(), ranges: c.in.report(), echo: c.echo,
	}
	c.echo = 0
	if flag&flagACK != 0 {
		g.ack = c.in.next
	}
	var first, second []byte
	if f != nil {
		g.stamp = uint64(f.at)
		first, second = c.out.ring.slices(int(seq-c.out.una), f.n)
	} else {
		g.stamp = uint64(c.out.stamp())
	}
	if err := c.stack.send(c.key.peer, &g, first, second); err != nil {
		c.die(err)
		return false
	}
	return true
}

// sends reports whether something is to be sent or acknowledged.
func (c *conn) sends() bool { return c.out.busy() || c.out.finQueued && !c.out.finSent }

// orphaned reports whether only the peer's FIN is awaited, and by nobody. It may never come.
func (c *conn) orphaned() bool { return c.closed && c.state != stateDead && !c.sends() }

// due returns when the timer has something to do; the zero time is never.
func (c *conn) due() time.Time {
	switch {
	case c.state == stateDead:
	case c.state == stateTimeWait || c.orphaned():
		return c.until
	case c.sends():
		again, gone := c.out.alarm(), c.out.progress.Add(c.stack.userTimeout)
		if again.Before(gone) {
			return again
		}
		return gone
	case c.keep.on && c.state == stateEstablished:
		return c.keep.due()
	}
	return time.Time{}
}

// arm sets the timer.
func (c *conn) arm(now time.Time) {
	if c.orphaned() && c.until.IsZero() {
		c.until = now.Add(c.stack.userTimeout)
	}
	due := c.due()
	switch {
	case due.IsZero():
		if c.timer != nil {
			c.timer.Stop()
		}
	case c.timer == nil:
		c.timer = time.AfterFunc(timing.Until(due), c.tick)
	default:
		c.timer.Reset(timing.Until(due))
	}
}

// tick handles all that is due. It may be late, or too early if something has happened meanwhile.
func (c *conn) tick() {
	c.mu.Lock()
	defer c.mu.Unlock()
	now, due := time.Now(), c.due()
	switch {
	case due.IsZero():
		return
	case now.Before(due):
	case c.state == stateTimeWait || c.orphaned():
		c.die(nil)
	case !c.sends():
		c.ask(now)
	case !now.Before(c.out.progress.Add(c.stack.userTimeout)):
		c.die(syscall.ETIMEDOUT)
	default:
		c.again(now)
	}
	c.arm(now)
}

// again marks what is lost, or sends the first segment that has not arrived, or asks whether
// there is room.
func (c *conn) again(now time.Time) {
	if c.out.lossAt > 0 {
		c.out.detect(now.Sub(c.out.epoch))
		if c.out.lost > 0 {
			c.flush(now)
			return
		}
	}
	if now.Before(c.out.overdue()) {
		return
	}
	if i, ok := c.out.probe(now); ok {
		c.launch(i)
		return
	}
	c.emit(flagACK|flagProbe, c.out.next, nil)
}
