package netconn

import (
	"sync"
	"time"
)

// deadline wakes those who wait on a condition when a time has come. The lock of the
// condition guards it.
type deadline struct {
	passed bool
	timer  *time.Timer
	set    uint64 // how often it was set: a timer that is late must do nothing
}

// reset sets the deadline; the zero time is none.
func (d *deadline) reset(t time.Time, waiting *sync.Cond) {
	d.stop()
	d.passed = false
	if t.IsZero() {
		return
	}
	after := time.Until(t)
	if after <= 0 {
		d.passed = true
		waiting.Broadcast()
		return
	}
	set := d.set
	d.timer = time.AfterFunc(after, func() {
		waiting.L.Lock()
		defer waiting.L.Unlock()
		if d.set == set {
			d.passed = true
			waiting.Broadcast()
		}
	})
}

func (d *deadline) stop() {
	d.set++
	if d.timer != nil {
		d.timer.Stop()
		d.timer = nil
	}
}
