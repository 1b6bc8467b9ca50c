package actor

import (
	"cmp"
	"maps"
	"slices"
)

// watchRemote has w told of the end of an actor of another node, and returns the
// sequence that names the watch.
func (s *System) watchRemote(id identity, w watcher) uint64 {
	l := &s.peers
	l.mu.Lock()
	switch {
	case l.closed || s.network == nil:
		l.mu.Unlock()
		w.ended(NotFound)
		return 0
	case l.peer(id.address).refusal(id.incarnation) != nil || id.address == s.address: // the latter: a former life of this node
		l.mu.Unlock()
		w.ended(NodeDown)
		return 0
	}
	l.acquainted[id.address] = struct{}{}
	l.sequence++
	sequence := l.sequence
	l.watches[sequence] = &remoteWatch{id: id, watcher: w}
	l.mu.Unlock()
	s.sendAbout(id, frameWatch, sequence)
	return sequence
}

func (s *System) unwatchRemote(sequence uint64) {
	l := &s.peers
	l.mu.Lock()
	w := l.watches[sequence]
	delete(l.watches, sequence)
	delete(l.unacked, sequence)
	l.mu.Unlock()
	if w != nil {
		s.sendAbout(w.id, frameUnwatch, l.nextSequence(), sequence)
	}
}

// takeWatches takes out the watches of actors of lives that are over, in order. One that names no
// incarnation is of the one that acknowledged it; if none has, it ends with the latest.
// l.mu is held.
func (l *peers) takeWatches(e *ending) []*remoteWatch {
	var taken []*remoteWatch
	for _, sequence := range slices.Sorted(maps.Keys(l.watches)) {
		w := l.watches[sequence]
		if w.id.address != e.address {
			continue
		}
		incarnation := max(w.id.incarnation, w.life) // if both are known they are equal
		if e.covers(incarnation) || incarnation == 0 && e.latest {
			taken = append(taken, w)
			delete(l.watches, sequence)
			delete(l.unacked, sequence)
		}
	}
	return taken
}

// distantWatcher is a watcher on another node.
type distantWatcher struct {
	sys      *System
	from     life
	sequence uint64
}

// compareWatchers has the watchers on other nodes come in an order, behind those of this one.
func compareWatchers(a, b watcher) int {
	x, far := a.(distantWatcher)
	y, too := b.(distantWatcher)
	switch {
	case far && too:
		return cmp.Or(cmp.Compare(x.from.address, y.from.address), cmp.Compare(x.from.incarnation, y.from.incarnation), cmp.Compare(x.sequence, y.sequence))
	case far:
		return 1
	case too:
		return -1
	}
	return 0
}

func (w distantWatcher) ended(why Reason) {
	s := w.sys
	s.sendReliably(w.from, frameTerminated, s.peers.nextSequence(), w.sequence, uint64(why))
}

// receiveSystem handles every frame but tell.
func (s *System) receiveSystem(kind byte, from life, in reader, here bool) {
	sequence, done := in.uvarint(), false
	switch {
	case kind == frameWatch:
		done = s.receiveWatch(from, sequence, in, here)
	case kind == frameUnwatch:
		done = s.receiveUnwatch(from, in, here)
	case kind == frameTerminated:
		done = s.receiveTerminated(in, here)
	case kind == frameGoodbye:
		s.peers.receiveGoodbye(from)
		done = true
	case !here: // what follows answers another life
	case kind == frameAck && !in.short:
		s.peers.acked(sequence, from)
	case kind == frameFail:
		s.receiveFail(in, sequence)
	case kind == frameReturned:
		s.receiveReturned(from, sequence, in)
	case kind == frameChunkAck:
		s.receiveChunkAck(from, sequence, in)
	}
	if done {
		s.sendSystem(from, frameAck, sequence)
	}
}

func (s *System) receiveWatch(from life, sequence uint64, in reader, here bool) bool {
	uid, path := in.uvarint(), string(in.text())
	if in.short {
		return false
	}
	s.peers.mu.Lock()
	s.peers.acquainted[from.address] = struct{}{}
	s.peers.mu.Unlock()
	w := distantWatcher{s, from, sequence}
	var n *node
	if here {
		n = s.actorAt(uid, path)
	}
	if n == nil || !n.addWatcher(w) {
		w.ended(NotFound)
		return true
	}
	n.pruneWatchers()
	return true
}

func (s *System) receiveUnwatch(from life, in reader, here bool) bool {
	watch, uid, path := in.uvarint(), in.uvarint(), string(in.text())
	if in.short {
		return false
	}
	if n := s.actorAt(uid, path); here && n != nil {
		n.removeWatcher(distantWatcher{s, from, watch})
	}
	return true
}

func (s *System) receiveTerminated(in reader, here bool) bool {
	sequence, why := in.uvarint(), in.uvarint()
	if in.short {
		return false
	}
	l := &s.peers
	l.mu.Lock()
	w := l.watches[sequence]
	if here {
		delete(l.watches, sequence)
		delete(l.unacked, sequence)
	}
	l.mu.Unlock()
	if w != nil && here {
		w.watcher.ended(Reason(why))
	}
	return true
}

// pruneWatchers takes out the watchers of nodes that are down: an actor that lives long
// may be watched by many nodes that do not.
func (n *node) pruneWatchers() {
	n.mu.Lock()
	defer n.mu.Unlock()
	for w := range n.rare.watchers {
		if d, ok := w.(distantWatcher); ok && n.sys.peers.isDown(d.from) {
			delete(n.rare.watchers, w)
		}
	}
}
