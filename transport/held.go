package transport

import (
	"bytes"
	"slices"
	"time"
)

// HeldFrame is a frame that a link holds.
type HeldFrame struct {
	Number  uint64 // no other frame that the link ever held has it
	Payload []byte
}

// heldFrame is one with the time when it was sent; see recorder.time.
type heldFrame struct {
	HeldFrame
	sent time.Duration
}

// HeldFrames returns copies of the frames that the link holds, in the order they were
// sent.
func (s *Switch) HeldFrames(l Link) (frames []HeldFrame) {
	s.with(l, func(ln *lane) {
		for _, f := range ln.held {
			frames = append(frames, HeldFrame{f.Number, bytes.Clone(f.Payload)})
		}
	})
	return frames
}

// Release puts the frames that the link holds into the receiver's queue, ahead of
// any sent later and of those that are delayed. The rules do not judge them again.
func (s *Switch) Release(l Link) {
	s.with(l, (*lane).release)
}

func (ln *lane) release() {
	for _, f := range ln.held {
		ln.waiting -= ln.size(f.Payload)
		ln.enqueue(f.Payload, f.sent)
	}
	ln.held = nil
}

// ReleaseRule takes the rule of that name off the link and releases what it holds, so that
// no frame comes in between.
func (s *Switch) ReleaseRule(l Link, name string) {
	s.with(l, func(ln *lane) {
		ln.clearRule(name, false)
		ln.release()
	})
}

// ReleaseOne releases the frame of that number only, ahead of the others. It returns false if
// the link does not hold it.
func (s *Switch) ReleaseOne(l Link, number uint64) bool {
	return s.unhold(l, number, (*lane).enqueue)
}

// DropOne drops the held frame of that number, which is counted as ReasonDropped. It
// returns false if the link does not hold it.
func (s *Switch) DropOne(l Link, number uint64) bool {
	return s.unhold(l, number, func(ln *lane, payload []byte, sent time.Duration) { ln.drop(ReasonDropped, payload, sent) })
}

// unhold takes a frame out of those that are held, and reports whether it was there.
func (s *Switch) unhold(l Link, number uint64, then func(*lane, []byte, time.Duration)) (was bool) {
	s.with(l, func(ln *lane) {
		i := slices.IndexFunc(ln.held, func(f heldFrame) bool { return f.Number == number })
		if was = i >= 0; was {
			f := ln.held[i]
			ln.held = slices.Delete(ln.held, i, i+1)
			ln.waiting -= ln.size(f.Payload)
			then(ln, f.Payload, f.sent)
		}
	})
	return was
}
