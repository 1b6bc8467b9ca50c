package actor

import (
	"log/slog"
	"maps"
	"slices"
	"time"
)

// begin calls PreStart, after which the actor takes messages.
func (n *node) begin() {
	n.live = true
	n.attempt(n.typed.preStart, func(err error) {
		if err != nil {
			n.failed(err)
			return
		}
		n.state = running
	})
}

// complain logs that a hook failed, which changes nothing.
func (n *node) complain(hook string, err error) {
	if err != nil {
		n.logger().Error("hook failed", slog.String("hook", hook), slog.Any("error", err))
	}
}

// stop ends the actor, once its children have ended.
func (n *node) stop() {
	if n.state == stopping || n.state == ended {
		return
	}
	n.state = stopping
	n.mu.Lock()
	n.closed = true
	n.mu.Unlock()
	n.typed.discard(ErrDead)
	n.endChildren()
}

// endChildren cancels what the Actor has set up and waits for its children to end.
func (n *node) endChildren() {
	n.cancelTimers()
	n.unwatchAll()
	n.mu.Lock()
	n.awaiting = true
	if n.rare != nil {
		n.rare.escalated = nil
	}
	n.mu.Unlock()
	children := n.children()
	if len(children) == 0 {
		n.orphaned()
		return
	}
	for _, c := range children {
		c.order(control{do: doStop})
	}
}

// orphaned goes on when the last child has ended.
func (n *node) orphaned() {
	if n.state != replacing && n.state != stopping || len(n.children()) > 0 {
		return
	}
	if n.state == stopping {
		n.finish()
		return
	}
	n.state = waiting
	if wait := time.Until(n.own().restarts.due); wait > 0 {
		n.renewAfter(wait)
		return
	}
	n.renewed()
}

// finish is the end.
func (n *node) finish() {
	n.state = ended
	if !n.live {
		n.buried()
		return
	}
	n.live = false
	n.attempt(func() error { n.typed.postStop(); return nil }, func(err error) {
		n.complain("PostStop", err)
		n.buried()
	})
}

// buried tells everybody that the actor has ended.
func (n *node) buried() {
	n.mu.Lock()
	n.gone = true
	var watchers map[watcher]struct{}
	if n.rare != nil {
		watchers, n.rare.watchers = n.rare.watchers, nil
	}
	n.mu.Unlock()
	n.sys.withdraw(n)
	n.sys.burials.Add(1) // before the parent may end, and with it the system
	defer n.sys.burials.Done()
	if n.parent != nil && n.parent.disown(n) {
		n.parent.order(control{do: doOrphan})
	}
	for _, w := range slices.SortedFunc(maps.Keys(watchers), compareWatchers) {
		w.ended(Stopped)
	}
	if n.parent == nil {
		close(n.sys.ended)
	}
}
