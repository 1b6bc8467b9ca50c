package actor

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
)

// watcher is told, once, that an actor has ended. It is kept as the key of a map.
type watcher interface{ ended(why Reason) }

// watch is one actor watching another.
type watch struct {
	owner  *node
	ref    AnyRef
	with   any    // held[M]; nil: Terminated
	why    Reason // set before the mark is put into the mailbox
	remote uint64 // the id of a watch over the network, or 0
}

// ended puts a mark into the owner's mailbox, behind what the ended actor has told it.
func (w *watch) ended(why Reason) {
	w.why = why
	w.owner.mark(w)
}

// watch makes w.owner a watcher of w.ref, in place of its earlier watch of the same.
func (n *node) watch(w *watch) {
	to := w.ref.target()
	if to == nil || to.actor() == n {
		return
	}
	r := n.own()
	if old := r.watching[to]; old != nil {
		old.with = w.with
		return
	}
	if r.watching == nil {
		r.watching = map[target]*watch{}
	}
	r.watching[to] = w
	n.sys.startWatch(to, w, &w.remote)
}

func (n *node) unwatch(ref AnyRef) {
	to, r := ref.target(), n.peek()
	if r == nil || to == nil {
		return
	}
	if w := r.watching[to]; w != nil {
		delete(r.watching, to)
		n.sys.endWatch(to, w, w.remote)
	}
}

func (n *node) unwatchAll() {
	r := n.peek()
	if r == nil {
		return
	}
	byWatch := func(a, b target) int { return cmp.Compare(r.watching[a].remote, r.watching[b].remote) }
	for _, to := range slices.SortedFunc(maps.Keys(r.watching), byWatch) { // what is sent is in order
		w := r.watching[to]
		delete(r.watching, to)
		n.sys.endWatch(to, w, w.remote)
	}
}

// forget takes out a watch whose mark has come up, and reports whether it was there.
func (n *node) forget(w *watch) bool {
	to, r := w.ref.target(), n.peek()
	if r.watching[to] != w {
		return false
	}
	delete(r.watching, to)
	return true
}

// startWatch has w told of the end of to: by the actor itself if it is in this system,
// otherwise over the network, under the id that it puts into *remote.
func (s *System) startWatch(to target, w watcher, remote *uint64) {
	n := to.actor()
	if n == nil || n.sys != s {
		if id := to.export(); !s.isHere(id) {
			*remote = s.watchRemote(id, w)
			return
		}
	}
	if n == nil || !n.addWatcher(w) {
		w.ended(NotFound)
	}
}

func (s *System) endWatch(to target, w watcher, remote uint64) {
	if remote != 0 {
		s.unwatchRemote(remote)
		return
	}
	if n := to.actor(); n != nil {
		n.removeWatcher(w)
	}
}

// addWatcher reports false if the actor has ended.
func (n *node) addWatcher(w watcher) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.gone {
		return false
	}
	r := n.more()
	if r.watchers == nil {
		r.watchers = map[watcher]struct{}{}
	}
	r.watchers[w] = struct{}{}
	return true
}

func (n *node) removeWatcher(w watcher) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.rare != nil {
		delete(n.rare.watchers, w)
	}
}

// terminated tells the Actor that a watched actor has ended.
func (c *cell[M]) terminated(w *watch) error {
	if w.with != nil {
		return c.handleOne(w.with.(held[M]).message)
	}
	t := Terminated{Ref: w.ref, Reason: w.why}
	if hook, ok := c.handler.(Watcher[M]); ok {
		return hook.Terminated(&c.ctx, t)
	}
	if hook, ok := c.self.(Watcher[M]); ok {
		return hook.Terminated(&c.ctx, t)
	}
	return fmt.Errorf("%w: %s: %s", ErrDeathPact, w.ref, w.why)
}
