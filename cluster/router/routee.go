package router

import (
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster/internal/directory"
)

// routee is one that messages may be sent to, and how far it has come with them.
type routee[M any] struct {
	ref     actor.Ref[M]
	wire    string
	sent    uint64
	handled uint64
	asked   bool // a probe is under way
	askedAt time.Time
}

// askAgain is how long a probe may be under way before another one is sent, in case it
// was lost. One that waits in a long mailbox may take that long; two do no harm.
const askAgain = 100 * time.Millisecond

// ask sends a probe behind what the routee was sent.
func (t *table[M]) ask(r *routee[M]) {
	r.asked, r.askedAt = true, time.Now()
	directory.Probe(t.sys, r.ref.Address(), r.wire, r.sent, t.clerk)
}

// note handles what the clerk is told: that the routees have changed, or a report. The
// time has come for another look if it is neither.
func (t *table[M]) note(ctx *actor.Context[directory.Report], report directory.Report) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.refresh()
	t.flush()
	pending := false
	for _, r := range t.routees {
		if report.Ref == r.wire {
			r.handled = max(r.handled, report.Number)
			r.asked = false
		}
		overdue := !r.asked || time.Since(r.askedAt) >= askAgain
		if !t.clerk.IsZero() && r.handled < r.sent && overdue {
			t.ask(r)
		}
		pending = pending || r.asked
	}
	t.armed = pending
	if pending {
		ctx.After("again", askAgain, directory.Report{})
	} else {
		ctx.CancelTimer("again")
	}
	return nil
}
