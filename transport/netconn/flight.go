package netconn

import (
	"slices"
	"time"
)

// flight is a segment that was sent and is not acknowledged.
type flight struct {
	seq    uint64
	n      int // bytes of data
	flags  flags
	order  uint64        // the how manieth it was that the connection sent, the last time
	born   uint64        // the same, the first time
	at     time.Duration // the stamp of the last time
	again  bool          // it was sent more than once
	judged bool          // it was taken for lost, once at least
	sacked bool          // it has arrived
	lost   bool          // it has to be sent again
}

func (f *flight) end() uint64 { return f.seq + uint64(f.n) + f.flags.length() }

// flights are what is under way, in the order of their sequence numbers.
type flights struct {
	buf  []flight
	head int // where they begin in buf
}

// keptFlights is for how many a queue that is empty keeps its memory.
const keptFlights = 256

func (q *flights) live() []flight { return q.buf[q.head:] }
func (q *flights) len() int       { return len(q.buf) - q.head }
func (q *flights) push(f flight)  { q.buf = append(q.buf, f) }

// drop forgets the first n. What it moves for that is not more than what was dropped.
func (q *flights) drop(n int) {
	q.head += n
	switch {
	case q.head == len(q.buf) && cap(q.buf) > keptFlights:
		*q = flights{}
	case q.head*2 >= len(q.buf):
		q.buf = append(q.buf[:0], q.buf[q.head:]...)
		q.head = 0
	}
}

// split has the i-th end after n bytes, and what is left follow it.
func (q *flights) split(i, n int) {
	first := q.live()[i]
	rest := first
	rest.seq, rest.n = first.seq+uint64(n), first.n-n
	first.n, first.flags = n, first.flags&^flagFIN
	q.buf = slices.Insert(q.buf, q.head+i+1, rest)
	q.live()[i] = first
}
