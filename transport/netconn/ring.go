package netconn

import "sync/atomic"

// ring is a buffer that grows with what is put in, up to what its owner allows. Offsets
// count from its start, which discard moves. Its owner knows what is in it.
type ring struct {
	buf   []byte
	start int
	held  *atomic.Int64 // the sum of all rings of the stack, in bytes
}

// minRing is the size, in bytes, of the smallest ring.
const minRing = 2 << 10

// reserve makes room for offsets below n; limit is the largest n there will be.
func (r *ring) reserve(n, limit int) {
	if n <= len(r.buf) {
		return
	}
	grown := make([]byte, min(max(n, 2*len(r.buf), minRing), limit))
	head := copy(grown, r.buf[r.start:])
	copy(grown[head:], r.buf[:r.start])
	r.held.Add(int64(len(grown) - len(r.buf)))
	r.buf, r.start = grown, 0
}

// put copies p to an offset for which there is room.
func (r *ring) put(offset int, p []byte) {
	if len(p) == 0 {
		return
	}
	at := (r.start + offset) % len(r.buf)
	n := copy(r.buf[at:], p)
	copy(r.buf, p[n:])
}

// slices returns the n bytes from an offset on, in one or two pieces.
func (r *ring) slices(offset, n int) (first, second []byte) {
	if n == 0 {
		return nil, nil
	}
	at := (r.start + offset) % len(r.buf)
	if at+n <= len(r.buf) {
		return r.buf[at : at+n], nil
	}
	return r.buf[at:], r.buf[:at+n-len(r.buf)]
}

func (r *ring) discard(n int) {
	if n > 0 {
		r.start = (r.start + n) % len(r.buf)
	}
}

// shrink gives a ring with nothing in it back if it is larger than size.
func (r *ring) shrink(size int) {
	if len(r.buf) > size {
		r.release()
	}
}

func (r *ring) release() {
	r.held.Add(-int64(len(r.buf)))
	r.buf, r.start = nil, 0
}
