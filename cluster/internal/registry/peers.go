package registry

import (
	"maps"
	"slices"
	"time"
)

// peer is what a keeper knows of another member.
type peer struct {
	met       bool   // it has the service: something has come from it
	acked     uint64 // the version that it has of this node's items
	reachable bool
	tries     int       // digests since something came from it
	due       time.Time // of the next digest, while it lacks something
}

// maxBackoff is the exponent of the longest time between two digests to a peer that does
// not answer, as it may not have the service: 64 intervals.
const maxBackoff = 6

// lacks reports whether the peer may need a digest.
func (p *peer) lacks(version uint64) bool { return !p.met || p.acked < version }

// later sets the time of the next digest, with one more try made.
func (p *peer) later(now time.Time, interval time.Duration) {
	p.due = now.Add(interval << min(p.tries, maxBackoff))
	p.tries++
}

// heard takes note that something came from the peer.
func (p *peer) heard(now time.Time, interval time.Duration) {
	p.met = true
	p.tries = 0
	if soon := now.Add(interval); p.due.After(soon) {
		p.due = soon
	}
}

// peers are all of them.
type peers map[Node]*peer

// follow takes over who is a member. Who is new or reachable again is due at once.
func (ps peers) follow(members map[Node]bool, self Node, now time.Time) {
	maps.DeleteFunc(ps, func(node Node, _ *peer) bool { _, member := members[node]; return !member })
	for node, reachable := range members {
		p := ps[node]
		switch {
		case node == self:
			continue
		case p == nil:
			ps[node] = &peer{due: now, reachable: reachable}
			continue
		case reachable && !p.reachable:
			p.met, p.tries, p.due = false, 0, now // to hear what it has, too
		}
		p.reachable = reachable
	}
}

// sorted returns the nodes in order, for what must not depend on that of a map.
func (ps peers) sorted() []Node {
	return slices.SortedFunc(maps.Keys(ps), Node.Compare)
}

// settled reports whether every reachable peer that has the service has the version.
func (ps peers) settled(version uint64) bool {
	for _, p := range ps {
		if p.met && p.reachable && p.acked < version {
			return false
		}
	}
	return true
}

// next returns when the first digest is due, or the zero Time if none will be.
func (ps peers) next(version uint64) (next time.Time) {
	for _, p := range ps {
		if p.lacks(version) && (next.IsZero() || p.due.Before(next)) {
			next = p.due
		}
	}
	return next
}
