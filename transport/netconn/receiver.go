package netconn

import (
	"slices"
)

// receiver sorts what arrives. Its ring starts at read; what is missing in it is between
// the ranges.
type receiver struct {
	ring   ring
	limit  int
	next   uint64 // the first sequence number that is missing
	read   uint64 // the first that nobody has read
	edge   uint64 // the first that the sender has not been allowed
	ranges []span // what has arrived beyond next, in order, with gaps between
	fin    uint64 // where FIN is, if it is known
	known  bool   // fin is
	eof    bool   // everything up to and with FIN has arrived
}

func (r *receiver) begin(seq uint64, limit int) {
	r.next, r.read, r.edge, r.limit = seq, seq, seq+uint64(limit), limit
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
	if limit := r.read + uint64(r.limit); seq+uint64(len(data)) > limit {
		data = data[:max(limit, seq)-seq]
	}
	if len(data) > 0 && !r.eof && r.insert(span{seq, seq + uint64(len(data))}) {
		offset := int(seq - r.read)
		r.ring.reserve(offset+len(data), r.limit)
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
	if from == to && len(r.ranges) == maxRanges {
		return false
	}
	r.ranges = slices.Replace(r.ranges, from, to, s)
	return true
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
}

// advance moves the edge to where the window allows, if that is worth a segment (RFC 9293,
// 3.8.6.2.2), and reports whether it did.
func (r *receiver) advance() bool {
	edge := r.read + uint64(r.limit)
	if edge-r.edge < uint64(min(r.limit/2, maxData)) {
		return false
	}
	r.edge = edge
	return true
}

// window returns what the sender may send beyond next, in bytes.
func (r *receiver) window() uint32 {
	return uint32(max(r.edge, r.next) - r.next)
}

// accepts reports whether a segment that begins at seq can be of this connection: neither
// beyond the window nor older than what may be sent again.
func (r *receiver) accepts(seq uint64) bool {
	limit := uint64(r.limit)
	return seq <= max(r.next, r.read+limit) && seq+limit+2 >= r.next // 2 for SYN and FIN
}

// covers reports whether a sequence number is where the next segment may begin.
func (r *receiver) covers(seq uint64) bool {
	return seq >= r.next && seq <= max(r.edge, r.next)
}
