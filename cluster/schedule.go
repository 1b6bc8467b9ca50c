package cluster

import (
	"slices"
	"time"
)

// schedule has the time at which each task of the node is due. A zero time is never.
type schedule struct {
	ask       time.Time // to join, again
	heartbeat time.Time
	compare   time.Time
	execute   time.Time
	due       time.Time // what next has returned
}

// idle is how many times longer the gossip interval is while everyone agrees.
const idle = 10

func (c *schedule) start(n *core) {
	c.heartbeat = n.nextBeat()
	c.compare = n.now.Add(n.gossip)
}

// tick handles all that is due.
func (n *core) tick(now time.Time) {
	n.now = now
	c := &n.clock
	interval := n.detector.Interval()
	if late := now.Sub(c.due); late > interval {
		n.excuse(late)
	}
	if n.phase == outside && reached(now, c.ask) {
		n.askToJoin()
	}
	if n.phase != inside {
		return
	}
	n.listen()
	if reached(now, c.heartbeat) {
		n.beat()
	}
	if reached(now, c.compare) {
		n.compare()
		// The wait for the others' answers is a fraction longer or shorter for each node.
		wait := n.gossip*9/10 + time.Duration(n.rand.Int64N(int64(n.gossip)/5+1))
		if n.isIdle() {
			wait *= idle
		}
		c.compare = now.Add(wait)
	}
	if reached(now, c.execute) {
		n.execute()
		c.execute = now.Add(max(interval/4, minWait))
	}
}

// minWait bounds how often the downing policy is asked.
const minWait = 5 * time.Millisecond

// next returns when tick has to be called at the latest.
func (n *core) next() time.Time {
	c := &n.clock
	var due time.Time
	at := func(t time.Time) {
		if !t.IsZero() && (due.IsZero() || t.Before(due)) {
			due = t
		}
	}
	switch n.phase {
	case outside:
		at(c.ask)
		if n.mayForm() {
			at(n.joiner.formDue(n.formAfter))
		}
	case inside:
		at(c.heartbeat)
		if compare := n.nextCompare(); !n.isIdle() || c.heartbeat.Sub(compare) > 2*n.gossip {
			at(compare) // or with the next heartbeat, which comes anyway
		}
		at(n.nextExecute())
		if since := n.leading.blocked; !since.IsZero() && n.weaklyUp > 0 && !n.weaklyDue() {
			at(since.Add(n.weaklyUp))
		}
		for _, p := range n.watch.peers {
			ask, suspect := p.due()
			switch {
			case p.suspected:
			case !p.asked.IsZero():
				at(ask)
				at(suspect)
			case c.heartbeat.After(ask.Add(suspect.Sub(ask) / 2)):
				at(ask) // or with the next heartbeat, before which it may break its silence
			}
		}
	}
	c.due = due
	if due.Before(n.now) { // since it was allowed to wait
		c.due = n.now
	}
	return due
}

// nextCompare cuts an idle wait short when there is something to compare.
func (n *core) nextCompare() time.Time {
	c := &n.clock
	if soon := n.now.Add(n.gossip); c.compare.After(soon) && !n.isIdle() {
		c.compare = soon
	}
	return c.compare
}

// isIdle reports whether there is nobody who has something to learn.
func (n *core) isIdle() bool {
	if n.leaving || n.seen.Len() < len(n.members) || !n.converged() {
		return false
	}
	return n.leader() != n.self.Address || len(n.exiled) == 0 && !slices.ContainsFunc(n.seeds, n.isStranger)
}

// nextExecute has the downing policy asked while somebody is unreachable.
func (n *core) nextExecute() time.Time {
	c := &n.clock
	switch {
	case len(n.blame) == 0 || n.downing == Downing(noDowning{}):
		c.execute = time.Time{}
	case c.execute.IsZero():
		c.execute = n.now.Add(max(n.detector.Interval()/4, minWait))
	}
	return c.execute
}

func reached(now, at time.Time) bool { return !at.IsZero() && !now.Before(at) }

// nextBeat returns when to beat next: the first multiple of the interval that is more than
// a quarter of one away. All nodes of a machine beat at that moment, and its processes sleep the
// rest of the time. The leader begins. The others beat when they hear that, or a moment
// later by themselves, and so need no timer to wake them.
func (n *core) nextBeat() time.Time {
	interval := n.detector.Interval()
	at := n.now.Add(interval / 4)
	into := time.Duration(at.UnixNano() % int64(interval))
	if into < 0 { // before 1970
		into += interval
	}
	at = at.Add(interval - into)
	if n.leader() != n.self.Address {
		at = at.Add(interval / 20)
	}
	return at
}

// joinIn brings the next heartbeat, and what is due with it, forward because somebody else
// beats, if its time has nearly come.
func (n *core) joinIn() {
	if n.phase == inside && n.clock.heartbeat.Sub(n.now) < n.detector.Interval()/4 {
		n.clock.heartbeat = n.now
		n.tick(n.now)
	}
}
