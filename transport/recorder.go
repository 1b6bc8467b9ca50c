package transport

import (
	"slices"
	"sync/atomic"
	"time"
)

// recording is what the recorders of a Switch share.
type recording struct {
	began   time.Time
	longest int          // records of a receiver
	left    atomic.Int64 // records that rings may still grow by, all together
	buckets int          // of a receiver, besides four for each of its lanes
}

// Limits of what is recorded: 4 MB of records for a receiver and 32 MB for a Switch, and 64 kB of
// buckets for a receiver. In 4096 buckets four lanes have 51 s of 50 ms.
const (
	firstRing    = 64
	longestRing  = 1 << 15
	allRings     = 1 << 18
	mostBuckets  = 1 << 12
	bucketsWidth = 50 * time.Millisecond
)

func newRecording(longest, all, buckets int) *recording {
	r := &recording{began: time.Now(), longest: longest, buckets: buckets}
	r.left.Store(int64(all))
	return r
}

// grant reports whether a ring may grow. It leaves three times as much to others, so that
// those who come late have something left.
func (r *recording) grant(records int64) bool {
	for {
		left := r.left.Load()
		if records > left/4 {
			return false
		}
		if r.left.CompareAndSwap(left, left-records) {
			return true
		}
	}
}

// record is what is known of a frame: 128 bytes, two cache lines, without pointers.
type record struct {
	sent, ended time.Duration // since the recording began
	bytes       uint32
	lane        uint32 // index into the recorder's lanes
	fate        uint16
	prefix      [prefixLength]byte
}

const prefixLength = 102

// Fates of a record. Those from fateLost on are indices into the recorder's reasons.
const (
	fateDelivered = iota
	fateWaiting   // in the queue
	fateLost
	lastFate = 1<<16 - 1
)

// recorder has a ring of records of the frames that came to the queue of an inbox or were lost on
// their way there, in that order. Frames that wait elsewhere have none yet, only the time when they
// were sent. The inbox's lock guards it; nil records nothing.
type recorder struct {
	*recording
	now   time.Duration // during this hold of the lock; 0 while nobody has asked
	ring  []record      // as long as a power of two
	next  uint64        // number of the next record, whose place is that modulo the length
	queue uint64        // number of the first one that may be in the queue
	full  bool          // the ring does not grow any more

	lanes   []*lane
	reasons []string
	numbers map[string]uint16 // of the reasons

	width    time.Duration // of a bucket
	buckets  int           // of all lanes
	complete time.Duration // frames that were sent from then on are all in the ring
}

func newRecorder(r *recording) *recorder {
	if r == nil {
		return nil
	}
	return &recorder{
		recording: r, ring: make([]record, min(firstRing, r.longest)), width: bucketsWidth,
		reasons: []string{fateDelivered: "", fateWaiting: ""}, numbers: map[string]uint16{},
	}
}

// time returns the time of this hold of the lock, 0 without a recorder.
func (r *recorder) time() time.Duration {
	if r == nil {
		return 0
	}
	if r.now == 0 {
		r.read()
	}
	return r.now
}

// anew has the time read again for what comes next.
func (r *recorder) anew() {
	if r != nil {
		r.now = 0
	}
}

func (r *recorder) read() { r.now = time.Since(r.began) }

// know has the records of a new lane.
func (r *recorder) know(ln *lane) {
	if r != nil {
		ln.tally.index = uint32(len(r.lanes))
		r.lanes = append(r.lanes, ln)
	}
}

// add adds the record of a frame that is in the queue or lost.
func (r *recorder) add(ln *lane, payload []byte, sent, ended time.Duration, fate uint16) {
	if r.next >= uint64(len(r.ring)) {
		r.makeRoom()
	}
	e := r.at(r.next)
	r.next++
	e.sent, e.ended, e.bytes, e.lane, e.fate = sent, ended, uint32(len(payload)), ln.tally.index, fate
	if len(payload) >= prefixLength {
		e.prefix = [prefixLength]byte(payload) // of a length that the compiler knows
	} else {
		copy(e.prefix[:], payload)
	}
}

func (r *recorder) at(n uint64) *record { return &r.ring[n&uint64(len(r.ring)-1)] }

// first returns the number of the first record that is there.
func (r *recorder) first() uint64 { return r.next - min(r.next, uint64(len(r.ring))) }

// makeRoom lets the full ring grow, or counts its first record, whose place is needed.
func (r *recorder) makeRoom() {
	if length := len(r.ring); !r.full && length < r.longest && r.grant(int64(length)) {
		r.ring = slices.Grow(r.ring, length)[:2*length] // nothing was evicted: the numbers are the places
		return
	}
	r.full = true
	r.evict(r.at(r.next))
}

// queued records a frame that has come to the queue.
func (r *recorder) queued(ln *lane, payload []byte, sent time.Duration) {
	if r != nil {
		r.add(ln, payload, sent, 0, fateWaiting)
	}
}

// lost records a frame that was lost before it came to the queue.
func (r *recorder) lost(ln *lane, payload []byte, sent time.Duration, reason string) {
	if r != nil {
		r.add(ln, payload, sent, r.time(), r.fate(reason))
	}
}

// taken notes that all frames have left the queue for their receiver.
func (r *recorder) taken() {
	if r == nil {
		return
	}
	now := r.time()
	for n := max(r.queue, r.first()); n < r.next; n++ {
		if e := r.at(n); e.fate == fateWaiting {
			e.fate, e.ended = fateDelivered, now
		}
	}
	if r.first() > r.queue { // some were evicted
		for _, ln := range r.lanes {
			ln.tally.queued = 0
		}
	}
	r.queue = r.next
}

// purged notes that a lane's frames were taken out of the queue.
func (r *recorder) purged(ln *lane, reason string) {
	if r == nil {
		return
	}
	now, fate := r.time(), r.fate(reason)
	for n := max(r.queue, r.first()); n < r.next; n++ {
		if e := r.at(n); e.fate == fateWaiting && e.lane == ln.tally.index {
			e.fate, e.ended = fate, now
		}
	}
	move(ln.tally.buckets, ln.tally.queued, true)
	ln.tally.queued = 0
}

// reach is how many records of others, and of frames that did not arrive, gaveUp looks at.
const reach = 1024

// gaveUp notes that frames of a lane that had left the queue did not reach their receiver, or were
// discarded by it. Which they are is not known: it takes the latest ones, and what it does not find
// is owed.
func (r *recorder) gaveUp(ln *lane, reason string, frames int) {
	if r == nil {
		return
	}
	t, now, fate := &ln.tally, r.time(), r.fate(reason)
	if t.walkedAt != r.queue { // there are later ones
		t.walked, t.walkedAt = r.queue, r.queue
	}
	for misses := 0; frames > 0 && misses < reach && t.walked > r.first(); {
		t.walked--
		if e := r.at(t.walked); e.fate == fateDelivered && e.lane == t.index {
			e.fate, e.ended = fate, now
			frames--
		} else {
			misses++
		}
	}
	if frames > 0 {
		t.owed += uint64(frames)
		t.owedFate = fate
	}
}

// fate returns the number of a reason. Of more than there are numbers, the rest is "other".
func (r *recorder) fate(reason string) uint16 {
	if n, known := r.numbers[reason]; known {
		return n
	}
	n := len(r.reasons)
	if n == lastFate {
		reason = "other"
	}
	if n > lastFate {
		return lastFate
	}
	r.reasons = append(r.reasons, reason)
	r.numbers[reason] = uint16(n)
	return uint16(n)
}
