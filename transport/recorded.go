package transport

import (
	"bytes"
	"cmp"
	"maps"
	"slices"
	"time"
)

// WithRecord has the Switch record what becomes of each frame, for Recorded. It keeps the latest
// 32,768 frames of a receiver, and fewer of each when there are many receivers; the others
// it counts. The default is not to.
func WithRecord() Option {
	return option(func(s *Switch) { s.recording = newRecording(longestRing, allRings, mostBuckets) })
}

// Recording is what a Switch has recorded. Times are since Began; in a testing/synctest bubble they
// are of its clock.
type Recording struct {
	Began  time.Time       // when the Switch was made
	Links  []RecordedLink  // ordered by receiver and sender
	Frames []RecordedFrame // that are kept, in the order they were sent
	// Complete is from when on all frames that were sent are in Frames; 0 if all ever are.
	Complete time.Duration
}

// RecordedLink is what is known of all frames of a link. Those that were delivered are, in Frames
// and Buckets together, as many as Stats.Frames less Queued, and those that were lost as
// many as are in Stats.Dropped.
type RecordedLink struct {
	Stats
	Queued   int      // frames that wait in the receiver's queue now; not all need be in Recording.Frames
	UnderWay int      // frames that are under way with Steps now
	Buckets  []Bucket // of the frames that are not kept, in order of time
}

// Bucket counts frames of a link that were sent within Width from At on. Width is 50 ms, or twice
// as long as often as there were too many Buckets.
type Bucket struct {
	At, Width       time.Duration
	Delivered, Lost uint64
}

// RecordedFrame is a frame, or a copy of one that a rule has made.
type RecordedFrame struct {
	Link int // index into Recording.Links
	Sent time.Duration
	// Ended is when it left the queue for its receiver, or was lost; 0 for one that waits.
	Ended   time.Duration
	Bytes   int // of the payload
	Outcome Outcome
	// Reason is why it was lost. Which of a link's frames were given up behind the queue, or discarded by
	// the receiver, is not known: it is said of the latest ones.
	Reason string
	Prefix []byte // the first bytes of the payload, at most 102
}

// Outcome is what became of a frame.
type Outcome uint8

// What becomes of frames.
const (
	Delivered Outcome = iota // left the queue for its receiver
	Waiting                  // is in the queue, held, delayed or under way
	Lost                     // was dropped, at once or later
)

// String returns "delivered", "waiting" or "lost".
func (o Outcome) String() string { return [...]string{"delivered", "waiting", "lost"}[o] }

// Recorded returns what is recorded so far, without WithRecord nothing. The frames and Stats of links
// to one receiver are of one moment.
func (s *Switch) Recorded() (all Recording) {
	if s.recording == nil {
		return all
	}
	all.Began = s.recording.began
	s.mu.RLock()
	inboxes := slices.Collect(maps.Values(s.inboxes))
	s.mu.RUnlock()
	slices.SortFunc(inboxes, func(x, y *inbox) int { return cmp.Compare(x.address, y.address) })
	var snapshots []*snapshot
	frames := 0
	for _, in := range inboxes {
		s := in.snapshot()
		snapshots = append(snapshots, s)
		frames += len(s.records) + len(s.waiting)
	}
	all.Frames = make([]RecordedFrame, 0, frames)
	for _, s := range snapshots {
		s.addTo(&all)
	}
	all.Frames = bySent(all.Frames)
	return all
}

// bySent returns frames in the order they were sent, those of one time as they were. To sort their indices
// takes a fraction of what slices.SortStableFunc does.
func bySent(frames []RecordedFrame) []RecordedFrame {
	order := make([]int, len(frames))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(x, y int) int { return cmp.Or(cmp.Compare(frames[x].Sent, frames[y].Sent), x-y) })
	sorted := make([]RecordedFrame, len(frames))
	for i, from := range order {
		sorted[i] = frames[from]
	}
	return sorted
}

// snapshot is what the recorder of an inbox knows at a moment. Lanes are in the order of the recorder.
type snapshot struct {
	records  []record
	reasons  []string
	lanes    []laneSnapshot
	waiting  []RecordedFrame // that have no record; their Link is a lane
	complete time.Duration
}

type laneSnapshot struct {
	link RecordedLink
	owed uint64 // see tally; what no bucket has
	fate uint16
}

func (in *inbox) snapshot() *snapshot {
	in.lock()
	defer in.mu.Unlock()
	r := in.rec
	s := &snapshot{reasons: r.reasons, complete: r.complete}
	next, first := min(r.next, uint64(len(r.ring))), r.first()&uint64(len(r.ring)-1)
	s.records = slices.Concat(r.ring[first:next], r.ring[:first])
	for i, ln := range r.lanes {
		s.lanes = append(s.lanes, ln.snapshot(r.width))
		s.addWaiting(i, ln)
	}
	return s
}

func (ln *lane) snapshot(width time.Duration) laneSnapshot {
	t := &ln.tally
	buckets := slices.Clone(t.buckets)
	move(buckets, t.queued, false)
	s := laneSnapshot{
		link: RecordedLink{Stats: ln.counts(), Queued: int(t.queued), UnderWay: len(ln.flight.frames)},
		owed: move(buckets, t.owed, true), fate: t.owedFate,
	}
	for _, b := range buckets {
		s.link.Buckets = append(s.link.Buckets, Bucket{b.at, width, uint64(b.delivered), uint64(b.lost)})
	}
	return s
}

// addWaiting adds the frames of a lane that wait elsewhere than in the queue.
func (s *snapshot) addWaiting(i int, ln *lane) {
	add := func(payload []byte, sent time.Duration) {
		prefix := bytes.Clone(payload[:min(len(payload), prefixLength)])
		s.waiting = append(s.waiting, RecordedFrame{Link: i, Sent: sent, Bytes: len(payload), Outcome: Waiting, Prefix: prefix})
	}
	for _, f := range ln.held {
		add(f.Payload, f.sent)
	}
	for _, f := range ln.delayed.frames {
		add(f.payload, f.sent)
	}
	for _, f := range ln.flight.frames {
		add(f.payload, f.sent)
	}
}

// addTo adds a receiver's frames and links to all.
func (s *snapshot) addTo(all *Recording) {
	frames := len(all.Frames)
	for i := range s.records {
		all.Frames = append(all.Frames, s.frame(&s.records[i]))
	}
	all.Frames = append(all.Frames, s.waiting...)
	all.Complete = max(all.Complete, s.complete)

	order, place := make([]int, len(s.lanes)), make([]int, len(s.lanes)) // of lanes; in all.Links
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(x, y int) int { return cmp.Compare(s.lanes[x].link.From, s.lanes[y].link.From) })
	for _, i := range order {
		place[i] = len(all.Links)
		all.Links = append(all.Links, s.lanes[i].link)
	}
	for i := range all.Frames[frames:] {
		f := &all.Frames[frames+i]
		f.Link = place[f.Link]
	}
}

// frame returns what a record says, with its lane for the Link.
func (s *snapshot) frame(e *record) RecordedFrame {
	ln := &s.lanes[e.lane]
	fate := e.fate
	if fate == fateDelivered && ln.owed > 0 {
		ln.owed--
		fate = ln.fate
	}
	f := RecordedFrame{
		Link: int(e.lane), Sent: e.sent, Ended: e.ended, Bytes: int(e.bytes), Outcome: Lost, Reason: s.reasons[fate],
		Prefix: e.prefix[:min(e.bytes, prefixLength)],
	}
	switch fate {
	case fateDelivered:
		f.Outcome = Delivered
	case fateWaiting:
		f.Outcome = Waiting
		ln.link.Queued++
	}
	return f
}
