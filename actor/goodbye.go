package actor

import (
	"context"
	"maps"
	"slices"
	"time"
)

// A system that stops tells the nodes that watch its actors of their ends, and says
// goodbye to them and to those whose actors its own have watched: it has no actors any
// more, and nothing need be sent to it until it is acknowledged.

// flushTimeout is how long Stop waits for other nodes to learn of actors that have
// ended: several tries, but not long enough to be a nuisance. Only a node that says
// nothing is waited for that long, because it was killed or is cut off: one that has
// stopped has said goodbye, and one that has declared this system down, or was declared
// down, need not learn anything.
const flushTimeout = 3 * resendEvery

// goodbyeTimeout is how long Stop then waits for its goodbyes to arrive, since closing
// the endpoint takes back what is under way. It only spares other nodes that stop at the
// same time their flushTimeout, and the last word may well be lost. So it is short.
const goodbyeTimeout = resendEvery / 10

// lastWord is how long Stop leaves its answers to the goodbyes of others under way: long
// for a network that takes microseconds, and nothing to whoever waits for Stop.
const lastWord = time.Millisecond

// flush waits until other nodes know what they have to, for a while.
func (s *System) flush(ctx context.Context) {
	for _, to := range s.peers.acquaintances() {
		s.sendReliably(to, frameGoodbye, s.peers.nextSequence())
	}
	s.peers.awaitAcks(ctx, frameTerminated, flushTimeout)
	s.peers.awaitAcks(ctx, frameGoodbye, goodbyeTimeout)
	if s.peers.areOthersLeaving() {
		wait(ctx, nil, lastWord)
	}
}

// areOthersLeaving reports whether a node has said goodbye just now, so that the answer
// may be under way.
func (l *peers) areOthersLeaving() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, when := range l.left {
		if time.Since(when) < lastWord {
			return true
		}
	}
	return false
}

// acquaintances returns the lives that goodbye is to be said to: to those that have not
// said it themselves.
func (l *peers) acquaintances() []life {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []life
	for _, a := range slices.Sorted(maps.Keys(l.acquainted)) {
		if to := (life{a, l.peer(a).met.Load()}); !l.hasLeft(to) {
			all = append(all, to)
		}
	}
	return all
}

// hasLeft reports whether a life has said goodbye. l.mu is held.
func (l *peers) hasLeft(who life) bool {
	_, left := l.left[who]
	return left
}

// receiveGoodbye notes that a node has no actors any more. What this system has to say
// in parting is still sent.
func (l *peers) receiveGoodbye(from life) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.hasLeft(from) {
		l.left[from] = time.Now()
	}
	l.forgetUnacked(func(u *unacked) bool { return u.to == from && u.kind != frameGoodbye })
}

// receiveDown handles a frame, other than tell, of a node that was declared down. It is
// ignored, but a node that ends need not wait for those that do not want to know.
func (s *System) receiveDown(kind byte, from life, in reader) {
	s.dead.Add(1)
	if sequence := in.uvarint(); kind == frameTerminated || kind == frameGoodbye {
		anybody := life{address: from.address} // who is down is not sent anything
		s.sendTo(anybody, s.systemFrame(from, frameAck, sequence))
	}
}

// awaitAcks waits until all frames of a kind are acknowledged or forgotten.
func (l *peers) awaitAcks(ctx context.Context, kind byte, most time.Duration) {
	l.mu.Lock()
	done := make(chan struct{})
	l.awaited, l.flushed = kind, done
	l.checkFlushed()
	l.mu.Unlock()
	wait(ctx, done, most)
}

func wait(ctx context.Context, done <-chan struct{}, most time.Duration) {
	timeout := time.NewTimer(most)
	defer timeout.Stop()
	select {
	case <-done:
	case <-timeout.C:
	case <-ctx.Done():
	}
}

// checkFlushed closes l.flushed when that is due. l.mu is held.
func (l *peers) checkFlushed() {
	if l.flushed == nil {
		return
	}
	for _, u := range l.unacked {
		if u.kind == l.awaited {
			return
		}
	}
	close(l.flushed)
	l.flushed = nil
}
