package netconn

import (
	"sort"
	"time"
)

// minFlights is how many segments may be under way however short they are. Beyond that, and
// beyond twice as many long ones as the window is for, short writes gather: that bounds their memory.
const minFlights = 128

// sender keeps what was written until it is acknowledged. Its ring starts at una, once
// SYN is acknowledged.
type sender struct {
	clock
	recovery
	congestion congestion
	ring       ring
	base, most int    // what limit is at first, and at most
	limit      int    // what may be written and not acknowledged
	una        uint64 // the first sequence number that is not acknowledged
	next       uint64 // the first that was never sent
	written    uint64 // the first that was never written
	edge       uint64 // the first that the receiver does not allow
	flights    flights

	since     time.Time // what the timeout counts from
	progress  time.Time // what the user timeout counts from
	finQueued bool
	finSent   bool
	nagle     bool // a short segment waits while others are under way
}

func (s *sender) begin(seq uint64, window int) {
	s.una, s.next, s.written, s.edge = seq, seq, seq, seq
	s.base, s.most = min(window, baseWindow), window
	s.limit = s.base
	s.rto, s.tolerance = firstTimeout, reordering
	s.congestion.begin()
}

// room returns how many bytes may be written.
func (s *sender) room() int { return s.limit - int(s.written-s.una) }

// busy reports whether an acknowledgement is awaited, or room at the receiver.
func (s *sender) busy() bool { return s.flights.len() > 0 || s.written > s.next }

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

// size returns how long the next segment may be, in bytes: what the path carries in a
// millisecond, and an eighth of the window at most, so that acknowledgements keep coming.
func (s *sender) size() int {
	if !s.known { // the handshake says nothing about the rate
		return minData
	}
	n := min(s.congestion.window/8, s.congestion.window*float64(time.Millisecond)/float64(s.srtt))
	return int(min(max(n, minData), maxData))
}

// cut takes the next segment off what is to be sent for the first time, if there is one
// that the receiver and the congestion window allow.
func (s *sender) cut() (f flight, ok bool) {
	if s.finSent || s.flights.len() >= max(minFlights, 2*int(s.congestion.window)/minData) {
		return f, false
	}
	f = flight{seq: s.next, flags: flagACK}
	f.n = min(int(s.written-s.next), int(max(s.edge, s.next)-s.next), s.size())
	if s.nagle && f.n < s.size() && s.flights.len() > 0 && !s.finQueued {
		s.congestion.limited = false
		return f, false
	}
	if s.full(f.n) {
		return f, false
	}
	if s.finQueued && s.next+uint64(f.n) == s.written {
		f.flags |= flagFIN
		s.finSent = true
	}
	if f.n == 0 && !s.finSent {
		s.congestion.limited = false
		return f, false
	}
	s.next = f.end()
	return f, true
}

// accepts reports whether an acknowledgement can be of this connection.
func (s *sender) accepts(ack uint64) bool {
	return ack <= s.next && ack+uint64(s.most)+2 >= s.una
}

// acknowledge takes note of what has arrived, and reports whether that is more than
// before.
func (s *sender) acknowledge(g *segment, at time.Time) (progress bool) {
	now, echo := at.Sub(s.epoch), time.Duration(g.echo)
	bytes := 0
	if g.ack > s.una {
		bytes = s.acknowledgeTo(g.ack, echo, now)
		progress = true
	}
	for _, r := range g.ranges {
		live := s.flights.live()
		from := sort.Search(len(live), func(i int) bool { return live[i].seq >= r.begin })
		for i := from; i < len(live) && live[i].end() <= r.end; i++ {
			if f := &live[i]; !f.sacked {
				s.land(f, echo, now)
				f.sacked, progress = true, true
				bytes += f.n
			}
		}
	}
	if echo > 0 && echo <= s.last {
		if s.srtt == 0 {
			s.congestion.open(now - echo)
		}
		s.measure(now-echo, now)
		s.known = s.known || bytes > 0
	}
	if edge := g.ack + uint64(g.window); edge > s.edge {
		s.edge = edge
		s.backoff = 0
	}
	if progress || s.flights.len() == 0 {
		s.progress = at
	}
	if !progress {
		return false
	}
	s.since = at
	s.congestion.arrive(bytes, s.arrived, s.order, now, s.srtt)
	s.detect(now)
	s.backoff = 0
	s.limit = max(s.limit, min(2*int(s.congestion.window), int(s.edge-s.una), s.most))
	return true
}

func (s *sender) acknowledgeTo(ack uint64, echo, now time.Duration) (bytes int) {
	landed, all := 0, 0
	for live := s.flights.live(); landed < len(live); landed++ {
		f := &live[landed]
		if f.end() > ack {
			if ack > f.seq {
				part := int(ack - f.seq)
				f.seq, f.n, all = ack, f.n-part, all+part
				if !f.sacked && !f.lost {
					s.pipe -= part
				}
			}
			break
		}
		if !f.sacked {
			s.land(f, echo, now)
			bytes += f.n
		}
		if f.again {
			s.resent--
		}
		all += f.n
	}
	s.flights.drop(landed)
	s.firstLost = max(s.firstLost-landed, 0)
	s.ring.discard(all)
	s.una = ack
	if s.una == s.written {
		s.ring.shrink(s.base)
	}
	return bytes
}

// overdue returns when something has to be sent because nothing was heard.
func (s *sender) overdue() time.Time {
	at := s.since.Add(s.timeout())
	if s.known && s.backoff == 0 && s.flights.len() > 0 {
		probe := s.epoch.Add(s.lastSent + s.probing())
		if least := s.since.Add(minProbe); probe.Before(least) {
			probe = least
		}
		if probe.Before(at) {
			return probe
		}
	}
	return at
}

// alarm returns when something has to be done if nothing is heard.
func (s *sender) alarm() time.Time {
	at := s.overdue()
	if s.lossAt > 0 {
		if lost := s.epoch.Add(s.lossAt); lost.Before(at) {
			return lost
		}
	}
	return at
}
