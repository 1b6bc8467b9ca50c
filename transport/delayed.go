package transport

import (
	"slices"
	"time"
)

// delayed is what waits on a lane for its time, and the timer for the first of it.
type delayed struct {
	inOrder int            // how many frames nothing may overtake
	frames  []delayedFrame // by time; of those at one time, the earlier sent first
	last    time.Time      // when the last of these is due
	timer   *time.Timer    // nil while nothing waits
	wakes   time.Time      // when the timer fires
}

type delayedFrame struct {
	at       time.Time
	overtake bool
	payload  []byte
}

// add keeps a frame until at, or until the last one that it must not overtake.
func (d *delayed) add(payload []byte, at time.Time, overtake bool) {
	if !overtake {
		if d.inOrder > 0 && at.Before(d.last) {
			at = d.last
		}
		d.last = at
		d.inOrder++
	}
	i, _ := slices.BinarySearchFunc(d.frames, at, func(f delayedFrame, at time.Time) int {
		if f.at.After(at) {
			return 1
		}
		return -1
	})
	d.frames = slices.Insert(d.frames, i, delayedFrame{at, overtake, payload})
}

// due reports whether the first frame's time has come.
func (d *delayed) due(now time.Time) bool { return len(d.frames) > 0 && !d.frames[0].at.After(now) }

// take takes the first frame out.
func (d *delayed) take() (payload []byte) {
	f := d.frames[0]
	d.frames[0] = delayedFrame{}
	d.frames = d.frames[1:]
	if !f.overtake {
		d.inOrder--
	}
	return f.payload
}

// wake has the timer call f when the first frame is due.
func (d *delayed) wake(f func()) {
	if len(d.frames) == 0 {
		d.clear()
		return
	}
	switch at := d.frames[0].at; {
	case d.timer == nil:
		d.timer, d.wakes = time.AfterFunc(time.Until(at), f), at
	case !at.Equal(d.wakes):
		d.timer.Reset(time.Until(at))
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
