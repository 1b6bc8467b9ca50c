package actor

import "time"

// timer is one message that is due later, once or again and again. The node's mu
// guards what changes.
type timer struct {
	node    *node
	key     string
	every   time.Duration // 0: once
	message any           // held[M]
	clock   *time.Timer
	pending bool // its mark is in the mailbox
}

// setTimer starts a timer in place of the one with its key.
func (n *node) setTimer(t *timer, d time.Duration) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.closed {
		return
	}
	r := n.more()
	if old := r.timers[t.key]; old != nil {
		old.clock.Stop()
	}
	if r.timers == nil {
		r.timers = map[string]*timer{}
	}
	r.timers[t.key] = t
	t.clock = n.sys.after(d, n.String()+" timer "+t.key, t.fire)
}

// fire puts the timer's mark into the mailbox, unless the last one is still there: an
// actor that is slower than its clock is not buried in ticks.
func (t *timer) fire() {
	n := t.node
	n.mu.Lock()
	if n.closed || n.rare.timers[t.key] != t {
		n.mu.Unlock()
		return
	}
	if t.every > 0 {
		t.clock.Reset(t.every)
	}
	if t.pending {
		n.mu.Unlock()
		return
	}
	t.pending = true
	n.typed.mark(t)
	n.wake()
}

// elapsed reports whether t, whose mark has come up, still counts.
func (n *node) elapsed(t *timer) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	t.pending = false
	if n.rare.timers[t.key] != t {
		return false
	}
	if t.every == 0 {
		delete(n.rare.timers, t.key)
	}
	return true
}

// cancelTimer reports whether there was one that had not elapsed.
func (n *node) cancelTimer(key string) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.rare == nil || n.rare.timers[key] == nil {
		return false
	}
	n.rare.timers[key].clock.Stop()
	delete(n.rare.timers, key)
	return true
}

func (n *node) cancelTimers() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.rare == nil {
		return
	}
	for _, t := range n.rare.timers {
		t.clock.Stop()
	}
	n.rare.timers = nil
	if n.rare.renewal != nil {
		n.rare.renewal.Stop()
	}
}

// renewAfter has the actor restarted after d.
func (n *node) renewAfter(d time.Duration) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if !n.gone {
		n.rare.renewal = n.sys.after(d, n.String()+" renewal", func() { n.order(control{do: doRenew}) })
	}
}
