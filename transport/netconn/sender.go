package netconn

import (
	"slices"
	"time"
)

const (
	firstTimeout = 100 * time.Millisecond
	minTimeout   = 20 * time.Millisecond // a delivery on a busy machine may take that long
	maxTimeout   = time.Second           // what a mended link waits for at most
	timeWait     = time.Second

	// maxFlights bounds what short writes cost in memory.
	maxFlights = 128
	// reordering is how many later segments must arrive for one to count as lost: the
	// three duplicates of RFC 5681.
	reordering = 3
)

// flight is a segment that was sent and is not acknowledged.
type flight struct {
	seq    uint64
	n      int // bytes of data
	flags  flags
	order  uint64    // the how manieth it was that the connection sent
	at     time.Time // when it was sent
	again  bool      // it was sent more than once
	sacked bool      // it has arrived
	lost   bool      // it has to be sent again
}

func (f *flight) end() uint64 { return f.seq + uint64(f.n) + f.flags.length() }

// sender keeps what was written until it is acknowledged. Its ring starts at una, once
// SYN is acknowledged.
type sender struct {
	ring    ring
	limit   int
	una     uint64 // the first sequence number that is not acknowledged
	next    uint64 // the first that was never sent
	written uint64 // the first that was never written
	edge    uint64 // the first that the receiver does not allow
	flights []flight
	order   uint64 // of the flight sent last
	arrived uint64 // the latest order of those that arrived

	srtt, rttvar, rto time.Duration // RFC 6298; srtt is 0 before the first measurement
	backoff           uint          // how often the timeout passed in vain
	since             time.Time     // what the timeout counts from
	progress          time.Time     // what the user timeout counts from
	finQueued         bool
	finSent           bool
	nagle             bool // a short segment waits while others are under way
}

func (s *sender) begin(seq uint64, limit int) {
	s.una, s.next, s.written, s.edge = seq, seq, seq, seq
	s.limit, s.rto = limit, firstTimeout
}

// room returns how many bytes may be written.
func (s *sender) room() int { return s.limit - int(s.written-s.una) }

// busy reports whether an acknowledgement is awaited, or room at the receiver.
func (s *sender) busy() bool { return len(s.flights) > 0 || s.written > s.next }

// finAcked reports whether the receiver has everything, and FIN.
func (s *sender) finAcked() bool { return s.finSent && s.una > s.written }

// write appends p, for which there is room.
func (s *sender) write(p []byte, now time.Time) {
	if !s.busy() {
		s.since, s.progress = now, now
	}
	offset := int(s.written - s.una)
	s.ring.reserve(offset+len(p), s.limit)
	s.ring.put(offset, p)
	s.written += uint64(len(p))
}

// cut takes the next segment off what is to be sent for the first time, if there is one
// that the receiver allows.
func (s *sender) cut() (f flight, ok bool) {
	if len(s.flights) >= maxFlights || s.finSent {
		return f, false
	}
	f = flight{seq: s.next, flags: flagACK}
	f.n = int(min(s.written-s.next, max(s.edge, s.next)-s.next, maxData))
	if s.nagle && f.n < maxData && len(s.flights) > 0 && !s.finQueued {
		return f, false
	}
	if s.finQueued && s.next+uint64(f.n) == s.written {
		f.flags |= flagFIN
		s.finSent = true
	}
	if f.n == 0 && !s.finSent {
		return f, false
	}
	s.next = f.end()
	return f, true
}

// launch notes that a flight is being sent.
func (s *sender) launch(f *flight, now time.Time) {
	s.order++
	f.order, f.at, f.lost = s.order, now, false
}

// accepts reports whether an acknowledgement can be of this connection.
func (s *sender) accepts(ack uint64) bool {
	return ack <= s.next && ack+uint64(s.limit)+2 >= s.una
}

// acknowledge takes note of what has arrived, and reports whether that is more than
// before.
func (s *sender) acknowledge(g *segment, now time.Time) bool {
	progress := false
	if g.ack > s.una {
		s.acknowledgeTo(g.ack, now)
		progress = true
	}
	for _, r := range g.ranges {
		for i := range s.flights {
			if f := &s.flights[i]; !f.sacked && f.seq >= r.begin && f.end() <= r.end {
				f.sacked, f.lost = true, false
				s.land(f, now)
				progress = true
			}
		}
	}
	if edge := g.ack + uint64(g.window); edge > s.edge {
		s.edge, s.backoff = edge, 0
	}
	if progress || len(s.flights) == 0 {
		s.progress = now
	}
	if !progress {
		return false
	}
	s.since, s.backoff = now, 0
	for i := range s.flights {
		if f := &s.flights[i]; !f.sacked && f.order+reordering <= s.arrived {
			f.lost = true
		}
	}
	return true
}

func (s *sender) acknowledgeTo(ack uint64, now time.Time) {
	landed, bytes := 0, 0
	for i := range s.flights {
		f := &s.flights[i]
		if f.end() > ack {
			if ack > f.seq {
				part := int(ack - f.seq)
				f.seq, f.n, bytes = ack, f.n-part, bytes+part
			}
			break
		}
		if !f.sacked {
			s.land(f, now)
		}
		landed, bytes = landed+1, bytes+f.n
	}
	s.flights = slices.Delete(s.flights, 0, landed)
	s.ring.discard(bytes)
	s.una = ack
}

// land takes note that a flight has arrived, and measures how long that took unless it
// was sent more than once (RFC 6298, 3).
func (s *sender) land(f *flight, now time.Time) {
	s.arrived = max(s.arrived, f.order)
	if f.again {
		return
	}
	rtt := max(now.Sub(f.at), 1)
	if s.srtt == 0 {
		s.srtt, s.rttvar = rtt, rtt/2
	} else {
		s.rttvar += ((s.srtt - rtt).Abs() - s.rttvar) / 4
		s.srtt += (rtt - s.srtt) / 8
	}
	s.rto = min(max(s.srtt+4*s.rttvar, minTimeout), maxTimeout)
}

// timeout is how long the sender waits for an acknowledgement before it sends again.
func (s *sender) timeout() time.Duration {
	return min(s.rto<<min(s.backoff, 6), maxTimeout) // 6 doublings of the least are over the most
}

// giveUp counts all that has not arrived as lost, because nothing was heard for the
// timeout.
func (s *sender) giveUp(now time.Time) {
	s.backoff++
	s.since = now
	for i := range s.flights {
		s.flights[i].lost = !s.flights[i].sacked
	}
}
