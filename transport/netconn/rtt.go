package netconn

import (
	"sync/atomic"
	"time"
)

const (
	firstTimeout = 100 * time.Millisecond // until a round trip is known
	minVariation = 200 * time.Millisecond // a segment takes that long on a link of 7 kB/s
	maxTimeout   = time.Second            // what a mended link waits for at most, unless the path is longer
	minProbe     = 20 * time.Millisecond  // a delivery on a busy machine may take that long
	timeWait     = time.Second
)

// clock estimates round trips and says how long to wait for one (RFC 6298). Each segment has
// a stamp, and what answers it at once echoes that, so that also those that were sent twice
// can be measured (RFC 7323).
type clock struct {
	epoch   time.Time     // when the stack began
	last    time.Duration // the last stamp
	path    *path
	srtt    time.Duration // 0 before the first measurement
	rttvar  time.Duration
	latest  time.Duration
	rto     time.Duration
	known   bool             // there was a measurement of data
	recent  [8]time.Duration // the last round trips, the oldest replaced first
	count   int
	longest [2]time.Duration // since some round trips, and in as many before
	began   time.Duration    // when that was

	backoff uint // how often the timeout passed in vain since the last measurement (Karn)
}

// stamp returns the time since the epoch, but never the same twice.
func (c *clock) stamp() time.Duration {
	c.last = max(c.last+1, time.Since(c.epoch))
	return c.last
}

// measure takes note of a round trip.
func (c *clock) measure(rtt, now time.Duration) {
	rtt = max(rtt, 1)
	c.latest = rtt
	c.recent[c.count%len(c.recent)] = rtt
	c.count++
	if now > c.began+4*c.srtt {
		c.longest[1], c.longest[0], c.began = c.longest[0], 0, now
	}
	c.longest[0] = max(c.longest[0], rtt)
	c.path.measure(rtt, now)
	if c.srtt == 0 {
		c.srtt, c.rttvar = rtt, rtt/2
	} else {
		c.rttvar += ((c.srtt - rtt).Abs() - c.rttvar) / 4
		c.srtt += (rtt - c.srtt) / 8
	}
	c.rto = c.srtt + max(4*c.rttvar, minVariation)
}

// queueing reports whether a queue on the path must be about to overflow: the last round
// trips were all much longer than the shortest, and nearly the longest of late. One that only
// varies is seldom both.
func (c *clock) queueing() bool {
	least := c.latest
	for _, rtt := range c.recent[:min(c.count, len(c.recent))] {
		least = min(least, rtt)
	}
	alone := time.Duration(c.path.shortest.Load())
	return least > alone+alone/8+5*time.Millisecond && least > max(c.longest[0], c.longest[1])*7/8
}

// timeout is how long the sender waits for an acknowledgement before it sends again (RFC
// 6298), unless the first time, when it probes earlier.
func (c *clock) timeout() time.Duration {
	backoff := c.backoff
	if c.known && backoff > 0 {
		backoff--
	}
	return min(c.rto<<min(backoff, 6), max(maxTimeout, c.rto))
}

// probing is how long after a segment was sent its acknowledgement is overdue (RFC 9002, 6.2).
func (c *clock) probing() time.Duration {
	return max(c.srtt, c.latest) + max(4*c.rttvar, minProbe)
}

// path is what all connections with a host share (RFC 9040).
type path struct {
	shortest atomic.Int64 // round trip, in nanoseconds
	measured atomic.Int64 // when that was, since the epoch
}

// pathMemory is how long the shortest round trip counts: by then the faults may be others.
const pathMemory = 30 * time.Second

// shortest returns the shortest round trip of late with the peer.
func (c *conn) shortest() time.Duration { return time.Duration(c.path.shortest.Load()) }

func (p *path) measure(rtt, now time.Duration) {
	shortest := p.shortest.Load()
	if shortest == 0 || int64(rtt) <= shortest || int64(now)-p.measured.Load() > int64(pathMemory) {
		p.shortest.Store(int64(rtt))
		p.measured.Store(int64(now))
	}
}
