package actor

import "time"

// parcel is a frame that waits or is on its way.
type parcel struct {
	number  uint64
	to      identity
	frame   []byte
	message any
	asked   failer
	last    bool   // comes behind everything before it
	first   uint64 // the number of the first frame it was sent in, or 0
	life    uint64 // the incarnation that acknowledges it, or 0
	started bool
	next    int      // of what was not sent yet, the first byte
	missing []int    // where chunks begin that were lost
	arrived []uint64 // a bit for each chunk
	left    int      // how many chunks have not
}

func (p *parcel) isLong() bool { return len(p.frame) > longest }

// sentAs notes the number of the first frame. A life that takes no frame with so low a number
// cannot get all of it.
func (p *parcel) sentAs(number uint64) {
	if p.first != 0 {
		return
	}
	p.first = number
	if n := asNumbered(p.asked); n != nil {
		n.sentAs(number)
	}
}

// isFor reports whether an incarnation that has got a chunk can get them all.
func (p *parcel) isFor(incarnation uint64) bool {
	if p.life == 0 {
		p.life = incarnation
	}
	return p.life == incarnation
}

// endsWith reports whether it was for lives that are over, or has partly gone to them.
func (p *parcel) endsWith(e *ending) bool {
	if p.to.incarnation != 0 {
		return e.covers(p.to.incarnation)
	}
	return p.first > 0 && (e.latest || p.first < e.before) || e.covers(p.life)
}

// flight is a chunk that is under way.
type flight struct {
	serial uint64
	parcel *parcel
	offset int
	size   int
	at     time.Time
}

func (p *parcel) start() {
	p.started = true
	p.left = (len(p.frame) + chunkBody - 1) / chunkBody
	p.arrived = make([]uint64, (p.left+63)/64)
}

// take returns where the next chunk begins that is to be sent.
func (p *parcel) take() (offset int, ok bool) {
	for len(p.missing) > 0 {
		offset, p.missing = p.missing[0], p.missing[1:]
		if !p.has(offset) {
			return offset, true
		}
	}
	if !p.started || p.next >= len(p.frame) {
		return 0, false
	}
	offset = p.next
	p.next += chunkBody
	return offset, true
}

func (p *parcel) has(offset int) bool {
	i := offset / chunkBody
	return p.arrived[i/64]&(1<<(i%64)) != 0
}

// chunk returns the part of the frame that begins there.
func (p *parcel) chunk(offset int) []byte { return p.frame[offset:min(offset+chunkBody, len(p.frame))] }

// arrive notes that a chunk has arrived, and reports whether it was the last.
func (p *parcel) arrive(offset int) bool {
	if !p.started || offset < 0 || offset >= len(p.frame) || offset%chunkBody != 0 || p.has(offset) {
		return false
	}
	i := offset / chunkBody
	p.arrived[i/64] |= 1 << (i % 64)
	p.left--
	return p.left == 0
}
