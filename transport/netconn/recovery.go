package netconn

import (
	"time"
)

const (
	// reordering is how many later segments must arrive for one to count as lost: the
	// three duplicates of RFC 5681. Where segments overtake each other it becomes more.
	reordering    = 3
	maxReordering = 300
	// maxLate bounds how much longer than usual a segment may take because of that.
	maxLate = 100 * time.Millisecond
)

// recovery finds out what is lost by what was sent later and has arrived (RFC 9002, 6.1, whose
// packet numbers are our orders).
type recovery struct {
	order     uint64 // of the flight sent last
	arrived   uint64 // the latest order of those that arrived
	pipe      int    // bytes under way: neither arrived nor lost (RFC 6675)
	lost      int    // flights that have to be sent again
	firstLost int    // no flight before it is one
	resent    int    // flights that were sent more than once
	tolerance uint64 // see reordering
	late      time.Duration
	lastSent  time.Duration // when
	lossAt    time.Duration // when a flight is lost if it has not arrived; 0 if there is none
}

// patience is how long after it was sent a flight that others have overtaken counts as lost.
func (s *sender) patience() time.Duration {
	return max(max(s.srtt, s.latest)*9/8, time.Millisecond) + min(s.late, s.srtt)
}

// detect marks flights as lost.
func (s *sender) detect(now time.Duration) {
	s.lossAt = 0
	live := s.flights.live()
	if len(live) == 0 || s.resent == 0 && live[0].order > s.arrived {
		return
	}
	patience := s.patience()
	bytes, count, last := 0, 0, uint64(0)
	for i := range live {
		f := &live[i]
		switch {
		case f.sacked || f.lost || f.order > s.arrived:
		case f.order+s.tolerance <= s.arrived || f.at+patience <= now:
			f.lost, f.judged = true, true
			if s.lost++; s.lost == 1 || i < s.firstLost {
				s.firstLost = i
			}
			s.pipe -= f.n
			bytes, count, last = bytes+f.n, count+1, max(last, f.order)
		case s.lossAt == 0 || f.at+patience < s.lossAt:
			s.lossAt = f.at + patience
		}
	}
	if count > 0 {
		s.congestion.lose(bytes, count, last, s.order, s.queueing(), s.backoff)
	}
}

// resend returns the place of the next flight that is to be sent again, if it may be now.
func (s *sender) resend() (i int, ok bool) {
	if s.lost == 0 {
		return 0, false
	}
	live := s.flights.live()
	for i = s.firstLost; !live[i].lost; i++ {
	}
	s.firstLost = i
	if n := s.size(); live[i].n > n {
		s.cleave(i, n)
	}
	if s.full(s.flights.live()[i].n) {
		return 0, false
	}
	return i, true
}

// cleave splits a flight.
func (s *sender) cleave(i, n int) {
	f := s.flights.live()[i]
	s.flights.split(i, n)
	if f.lost {
		s.lost++
	}
	if f.again {
		s.resent++
	}
}

// full reports whether n more bytes are too much for the congestion window.
func (s *sender) full(n int) bool {
	full := s.pipe > 0 && n > 0 && s.pipe+n > int(s.congestion.window)
	if full {
		s.congestion.limited = true
	}
	return full
}

// launch notes that a flight is being sent.
func (s *sender) launch(f *flight) {
	s.order++
	switch {
	case f.order == 0:
		f.born = s.order
		s.pipe += f.n
	case !f.again:
		f.again = true
		s.resent++
	}
	if f.lost {
		f.lost = false
		s.lost--
		s.pipe += f.n
	}
	f.order, f.at = s.order, s.stamp()
	s.lastSent = f.at
}

// land takes note that a flight has arrived, and that what was sent at the time of echo has
// said so.
func (s *sender) land(f *flight, echo, now time.Duration) {
	earlier := f.again && echo > 0 && echo < f.at // one of those sent before the last has
	if f.judged && (f.lost || earlier) {
		s.mistake(f, echo, now)
	}
	if f.lost {
		f.lost = false
		s.lost--
	} else {
		s.pipe -= f.n
	}
	if !f.again || echo == f.at {
		s.arrived = max(s.arrived, f.order)
	}
}

// mistake learns from a flight that was taken for lost but is only late.
func (s *sender) mistake(f *flight, echo, now time.Duration) {
	s.congestion.mistake(f.born)
	if s.arrived > f.born {
		s.tolerance = min(max(s.tolerance, s.arrived-f.born+1), maxReordering)
	}
	if over := now - echo - s.patience(); echo > 0 && over > 0 {
		s.late = min(s.late+over, maxLate)
	}
}

// probe returns the place of the flight to send because nothing was heard for the timeout, if
// there is one: the first, and no more of it than a slow link carries soon.
func (s *sender) probe(now time.Time) (i int, ok bool) {
	s.backoff++
	s.since = now
	s.tolerance, s.late = reordering, 0
	live := s.flights.live()
	for i = range live {
		if live[i].sacked {
			continue
		}
		if live[i].n > minData {
			s.cleave(i, minData)
		}
		return i, true
	}
	return 0, false
}
