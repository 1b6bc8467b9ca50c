package transport

import (
	"bytes"
	"slices"
	"sync/atomic"
	"time"
)

// lane is the state of one link. The inbox's lock guards it.
type lane struct {
	in       *inbox
	rules    []namedRule
	stats    Stats
	delayed  delayed
	held     []heldFrame // in order
	numbers  uint64      // how many frames were ever held
	waiting  int         // bytes of what is held and delayed
	flight   flight
	recaller *atomic.Uint64 // bites of the cut that recalled frames last; nil if a Close did
	tally    tally
}

func (ln *lane) setRule(r namedRule) {
	ln.clearRule(r.name, r.cut)
	at := len(ln.rules)
	if _, opens := r.Rule.(Opener); opens {
		at = 0
	}
	ln.rules = slices.Insert(ln.rules, at, r)
}

func (ln *lane) clearRule(name string, cut bool) {
	ln.rules = slices.DeleteFunc(ln.rules, func(r namedRule) bool { return r.name == name && r.cut == cut })
	if !cut && ln.delayed.clearTurns(name, time.Now()) {
		ln.deliver()
	}
}

// mend takes cuts off. What the other rules have judged under the last one is lost.
func (ln *lane) mend(which func(cut namedRule) bool) {
	was := ln.isCut()
	ln.rules = slices.DeleteFunc(ln.rules, func(r namedRule) bool { return r.cut && which(r) })
	if was && !ln.isCut() {
		ln.emptied()
	}
}

// emptied tells the rules that nothing waits any more.
func (ln *lane) emptied() {
	for _, r := range ln.rules {
		if q, counts := r.Rule.(Queuer); counts {
			q.Emptied()
		}
	}
}

func (ln *lane) isCut() bool {
	return slices.ContainsFunc(ln.rules, func(r namedRule) bool { return r.cut })
}

// isClear reports whether a frame need only be put into the queue.
func (ln *lane) isClear() bool {
	return len(ln.rules) == 0 && ln.in.sw.trace == nil && ln.in.sw.steps == nil && ln.delayed.inOrder == 0
}

// send judges a frame and does what the verdict says.
func (ln *lane) send(payload []byte) {
	sent := ln.in.rec.time()
	if ln.isClear() {
		ln.enqueue(payload, sent)
		return
	}
	v, turns := ln.judge(Frame{ln.stats.Link, payload})
	if v.Payload != nil {
		payload = v.Payload
	}
	switch {
	case v.Fate == Drop:
		ln.drop(v.Reason, payload, sent)
		return
	case len(payload) > MaxPayload:
		ln.drop(ReasonTooLong, payload, sent)
		return
	}
	waits := v.Delay > 0 || len(turns) > 0 || ln.delayed.inOrder > 0 && !v.Overtake
	if v.Fate == Hold || waits {
		payload = bytes.Clone(payload)
	}
	for range 1 + max(v.Copies, 0) {
		switch {
		case v.Fate == Hold:
			ln.hold(payload, sent)
		case waits:
			ln.delay(delayedFrame{payload: payload, sent: sent, delay: v.Delay, turns: turns, overtake: v.Overtake})
		default:
			ln.enqueue(payload, sent)
		}
	}
}

// judge returns the verdict of the chain, and when each rule with a Wait lets the frame go.
func (ln *lane) judge(f Frame) (v Verdict, turns []departure) {
	longest := time.Duration(0)
	var splitter *atomic.Uint64 // bites of the rule that has the frame travel in pieces
	for _, r := range ln.rules {
		v.Wait = 0
		next := r.Judge(f, v)
		if !next.equals(&v) {
			r.bites.Add(1)
		}
		if next.Pieces > v.Pieces {
			splitter = r.bites
		}
		if v = next; v.Wait > 0 {
			turns = append(turns, departure{r.name, time.Now().Add(v.Wait)})
			longest = max(longest, v.Wait)
		}
	}
	if v.Fate == Drop && v.Pieces > 1 && splitter != nil { // a cut drops frames whole: its verdict has no pieces
		splitter.Add(1)
	}
	v.Wait = longest
	if trace := ln.in.sw.trace; trace != nil {
		trace(f, v)
	}
	return v, turns
}

func (ln *lane) enqueue(payload []byte, sent time.Duration) {
	if steps := ln.in.sw.steps; steps != nil {
		steps.fly(ln, payload, sent)
		return
	}
	ln.queue(payload, sent)
}

func (ln *lane) queue(payload []byte, sent time.Duration) {
	in := ln.in
	switch {
	case in.port == nil:
		ln.drop(ReasonDown, payload, sent)
		return
	case len(payload) > in.free():
		ln.drop(ReasonNoRoom, payload, sent)
		return
	}
	ln.stats.queued(1, uint64(len(payload)))
	in.queue.add(ln.stats.From, payload)
	in.rec.queued(ln, payload, sent)
}

// drop drops a frame that is not in the queue.
func (ln *lane) drop(reason string, payload []byte, sent time.Duration) {
	ln.stats.dropped(reason, 1, len(payload))
	ln.in.rec.lost(ln, payload, sent, reason)
}

// hold keeps a frame, whose payload is the lane's own.
func (ln *lane) hold(payload []byte, sent time.Duration) {
	if ln.room(payload, sent) {
		ln.numbers++
		ln.held = append(ln.held, heldFrame{HeldFrame{ln.numbers, payload}, sent})
	}
}

// delay keeps a frame, whose payload is the lane's own, until its time has come.
func (ln *lane) delay(f delayedFrame) {
	if ln.room(f.payload, f.sent) {
		f.from = time.Now()
		ln.delayed.add(f)
		ln.delayed.wake(ln.deliverDue)
	}
}

// deliverDue is what the timer calls, perhaps late: after a purge there is nothing to do.
func (ln *lane) deliverDue() {
	ln.in.lock()
	defer ln.in.mu.Unlock()
	ln.delayed.wakes = time.Time{} // it has fired
	ln.deliver()
	ln.in.moveOrWake()
}

// deliver puts the frames whose time has come into the queue.
func (ln *lane) deliver() {
	for now := time.Now(); ln.delayed.due(now); {
		payload, sent := ln.delayed.take()
		ln.waiting -= ln.size(payload)
		ln.enqueue(payload, sent)
	}
	ln.delayed.wake(ln.deliverDue)
}

// room makes room for a frame that has to wait, or drops it and returns false.
func (ln *lane) room(payload []byte, sent time.Duration) bool {
	if ln.waiting+ln.size(payload) > ln.in.sw.limit {
		ln.drop(ReasonNoRoom, payload, sent)
		return false
	}
	ln.waiting += ln.size(payload)
	return true
}

// size is what a waiting frame counts as, in bytes: as much as in a queue.
func (ln *lane) size(payload []byte) int {
	return FrameLengthSize + 1 + len(ln.stats.From) + len(payload)
}

// purge drops what waits in the queue, is held or delayed, and returns how many frames
// that were. Frames that were counted as queued no longer are.
func (ln *lane) purge(reason string) int {
	all, bytes := ln.in.queue.drop(ln.stats.From)
	ln.lost(reason, all, bytes)
	if all > 0 {
		ln.in.rec.purged(ln, reason)
	}
	for _, f := range ln.held {
		ln.drop(reason, f.Payload, f.sent)
	}
	for _, f := range ln.delayed.frames {
		ln.drop(reason, f.payload, f.sent)
	}
	flying := ln.flight.frames
	for _, f := range flying {
		ln.drop(reason, f.payload, f.sent)
	}
	ln.flight.land()
	all += len(flying) + len(ln.held) + len(ln.delayed.frames)
	ln.held, ln.waiting = nil, 0
	ln.delayed.clear()
	ln.emptied()
	return all
}

// lost moves frames that were counted as queued, but were given up, from the queued
// to the dropped.
func (ln *lane) lost(reason string, frames, bytes int) {
	ln.stats.Frames -= uint64(frames)
	ln.stats.Bytes -= uint64(bytes)
	ln.stats.dropped(reason, frames, bytes)
}
