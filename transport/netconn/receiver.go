package netconn

import (
	"slices"
	"time"
)

// receiver sorts what arrives. Its ring starts at read; what is missing in it is between
// the ranges.
type receiver struct {
	ring   ring
	limit  int
	most   int      // what limit may grow to
	next   uint64   // the first sequence number that is missing
	read   uint64   // the first that nobody has read
	edge   uint64   // the first that the sender has not been allowed
	ranges []span   // what has arrived beyond next, in order, with gaps between
	recent []uint64 // a sequence number in each of the ranges that changed last, the last first
	told   [maxRanges]span
	fin    uint64 // where FIN is, if it is known
	known  bool   // fin is
	eof    bool   // everything up to and with FIN has arrived

	fixed  bool      // limit is not tuned
	copied int       // bytes read since began
	began  time.Time // of a round trip
}

// keptRanges is how many ranges a receiver keeps apart: a segment that would make one more is
// dropped.
const keptRanges = 1024

func (r *receiver) begin(seq uint64, window int) {
	r.limit, r.most = min(window, baseWindow), window
	r.next, r.read, r.edge = seq, seq, seq+uint64(r.limit)
}

// unread returns how many bytes can be read.
func (r *receiver) unread() int {
	n := int(r.next - r.read)
	if r.eof {
		n-- // FIN is not for reading
	}
	return n
}

// take sorts a segment's data in, and reports whether there is more to read, or the end,
// than before.
func (r *receiver) take(g *segment) bool {
	before := r.next
	if g.flags&flagFIN != 0 && !r.known && g.end() > r.next {
		r.fin, r.known = g.end()-1, true
	}
	seq, data := g.seq, g.data
	if seq < r.next {
		skip := min(r.next-seq, uint64(len(data)))
		seq, data = seq+skip, data[skip:]
	}
	if limit := r.allowed(); seq+uint64(len(data)) > limit {
		data = data[:max(limit, seq)-seq]
	}
	if len(data) > 0 && !r.eof && r.insert(span{seq, seq + uint64(len(data))}) {
		offset := int(seq - r.read)
		r.ring.reserve(offset+len(data), r.most)
		r.ring.put(offset, data)
	}
	if r.known && r.next == r.fin && !r.eof {
		r.eof = true
		r.next++
	}
	return r.next != before
}

// insert adds a range, which may touch others, and moves next. It returns false if there
// are too many.
func (r *receiver) insert(s span) bool {
	from := 0
	for from < len(r.ranges) && r.ranges[from].end < s.begin {
		from++
	}
	to := from
	for ; to < len(r.ranges) && r.ranges[to].begin <= s.end; to++ {
		s = span{min(s.begin, r.ranges[to].begin), max(s.end, r.ranges[to].end)}
	}
	if s.begin == r.next { // nothing is before it
		r.next = s.end
		r.ranges = slices.Delete(r.ranges, from, to)
		return true
	}
	if from == to && len(r.ranges) == keptRanges {
		return false
	}
	r.ranges = slices.Replace(r.ranges, from, to, s)
	r.recent = slices.DeleteFunc(r.recent, func(seq uint64) bool { return s.begin <= seq && seq < s.end })
	r.recent = slices.Insert(r.recent[:min(len(r.recent), maxRanges-1)], 0, s.begin)
	return true
}

// report returns the ranges that changed last, the last one first (RFC 2018, 4). It is valid
// until the next call.
func (r *receiver) report() []span {
	if len(r.ranges) == 0 {
		r.recent = r.recent[:0]
		return nil
	}
	told := r.told[:0]
	for _, seq := range r.recent {
		i, found := slices.BinarySearchFunc(r.ranges, seq, func(s span, seq uint64) int {
			switch {
			case s.end <= seq:
				return -1
			case s.begin > seq:
				return 1
			}
			return 0
		})
		if found {
			told = append(told, r.ranges[i])
		}
	}
	return told
}

// copyTo moves what can be read to p, and returns how much it was.
func (r *receiver) copyTo(p []byte) int {
	n := min(len(p), r.unread())
	first, second := r.ring.slices(0, n)
	copy(p[copy(p, first):], second)
	r.skip(n)
	return n
}

// skip forgets the first n bytes that can be read.
func (r *receiver) skip(n int) {
	r.ring.discard(n)
	r.read += uint64(n)
	if r.unread() == 0 && len(r.ranges) == 0 {
		r.ring.shrink(min(r.most, baseWindow))
	}
}

// open widens the window once a round trip is known, so that the sender need not wait for a
// second one before it doubles its first window.
func (r *receiver) open(rtt time.Duration) {
	if r.fixed {
		return
	}
	r.limit = max(r.limit, min(r.most, int(4*firstWindow(rtt))))
}

// fix sets the window for good; what the sender has been allowed stays so.
func (r *receiver) fix(size int) {
	r.limit, r.fixed = max(size, int(r.edge-r.read)), true
	r.most = max(r.limit, len(r.ring.buf))
}

// leastTuned is the shortest round trip for which a window grows: in less, 256 KiB are more
// than a connection carries, and fit the caches.
const leastTuned = time.Millisecond

// tune takes note that n bytes were read, and lets the window grow to four times what is read
// in a round trip, so that the sender, whose window may double in each, is not held back
// (Fisk and Feng, Dynamic Right-Sizing in TCP, 2001).
func (r *receiver) tune(n int, rtt time.Duration) {
	if r.fixed {
		return
	}
	if rtt < leastTuned {
		r.limit = min(r.limit, baseWindow)
		return
	}
	if r.limit == r.most {
		return
	}
	now := time.Now()
	if r.began.IsZero() {
		r.began = now
	}
	r.copied += n
	if took := now.Sub(r.began); took >= rtt {
		each := float64(r.copied) * float64(rtt) / float64(took)
		r.limit = max(r.limit, min(r.most, int(4*each)))
		r.began, r.copied = now, 0
	}
}

// advance moves the edge to where the window allows, if that is worth a segment (RFC 9293,
// 3.8.6.2.2), and reports whether it did.
func (r *receiver) advance() bool {
	edge := r.read + uint64(r.limit)
	if edge < r.edge || edge-r.edge < uint64(min(r.limit/2, maxData)) {
		return false
	}
	r.edge = edge
	return true
}

// window returns what the sender may send beyond next, in bytes.
func (r *receiver) window() uint32 {
	return uint32(max(r.edge, r.next) - r.next)
}

// allowed returns the first sequence number that the window does not allow, nor ever has.
func (r *receiver) allowed() uint64 { return max(r.read+uint64(r.limit), r.edge) }

// accepts reports whether a segment that begins at seq can be of this connection: neither
// beyond the window nor older than what may be sent again.
func (r *receiver) accepts(seq uint64) bool {
	return seq <= max(r.next, r.allowed()) && seq+uint64(r.most)+2 >= r.next // 2 for SYN and FIN
}

// covers reports whether a sequence number is where the next segment may begin.
func (r *receiver) covers(seq uint64) bool {
	return seq >= r.next && seq <= max(r.edge, r.next)
}
