package transport

import (
	"slices"
	"time"

	"github.com/7aca83c2/multinode/internal/timing"
)

// delayed is what waits on a lane for its time, and the timer for the first of it.
type delayed struct {
	inOrder int            // how many frames nothing may overtake
	frames  []delayedFrame // by time; of those at one time, the earlier sent first
	last    time.Time      // when the last of these is due
	timer   *time.Timer    // nil while nothing waits
	wakes   time.Time      // when the timer fires
}

// delayedFrame is a frame that waits: first for its turns, all at once, then for its delay.
type delayedFrame struct {
	payload  []byte
	sent     time.Duration // see recorder.time
	from     time.Time     // when it began to wait
	turns    []departure
	delay    time.Duration
	overtake bool
	at       time.Time // when it is due; add sets it
}

// departure is when a rule, which has a name on its lane, lets a frame go out on the link.
type departure struct {
	rule string
	at   time.Time
}

// leaves returns when the frame has gone out on the link.
func (f *delayedFrame) leaves() time.Time {
	leaves := f.from
	for _, t := range f.turns {
		if t.at.After(leaves) {
			leaves = t.at
		}
	}
	return leaves
}

// add keeps a frame until its time, or until the last one that it must not overtake.
func (d *delayed) add(f delayedFrame) {
	f.at = f.leaves().Add(f.delay)
	if !f.overtake {
		if d.inOrder > 0 && f.at.Before(d.last) {
			f.at = d.last
		}
		d.last = f.at
		d.inOrder++
	}
	i, _ := slices.BinarySearchFunc(d.frames, f.at, func(f delayedFrame, at time.Time) int {
		if f.at.After(at) {
			return 1
		}
		return -1
	})
	d.frames = slices.Insert(d.frames, i, f)
}

// clearTurns has the frames that have not gone out yet wait no longer for the turns that a
// rule gave them, and reports whether there were any.
func (d *delayed) clearTurns(rule string, now time.Time) (any bool) {
	of := func(t departure) bool { return t.rule == rule }
	for i := range d.frames {
		f := &d.frames[i]
		if slices.ContainsFunc(f.turns, of) && f.leaves().After(now) {
			f.turns = slices.DeleteFunc(slices.Clone(f.turns), of) // a copy has the same turns
			f.from, any = now, true
		}
	}
	if !any {
		return false
	}
	frames := d.frames // those in order are so already, and stay so
	d.frames, d.inOrder = make([]delayedFrame, 0, len(frames)), 0
	for _, f := range frames {
		d.add(f)
	}
	return true
}

// due reports whether the first frame's time has come.
func (d *delayed) due(now time.Time) bool { return len(d.frames) > 0 && !d.frames[0].at.After(now) }

// take takes the first frame out.
func (d *delayed) take() (payload []byte, sent time.Duration) {
	f := d.frames[0]
	d.frames[0] = delayedFrame{}
	d.frames = d.frames[1:]
	if !f.overtake {
		d.inOrder--
	}
	return f.payload, f.sent
}

// wake has the timer call f when the first frame is due.
func (d *delayed) wake(f func()) {
	if len(d.frames) == 0 {
		d.clear()
		return
	}
	switch at := d.frames[0].at; {
	case d.timer == nil:
		d.timer, d.wakes = time.AfterFunc(timing.Until(at), f), at
	case !at.Equal(d.wakes):
		d.timer.Reset(timing.Until(at))
		d.wakes = at
	}
}

// clear forgets all frames and stops the timer.
func (d *delayed) clear() {
	if d.timer != nil {
		d.timer.Stop()
	}
	*d = delayed{}
}
