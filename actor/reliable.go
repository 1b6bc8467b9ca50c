package actor

import (
	"encoding/binary"
	"maps"
	"slices"
	"time"
)

// Frames may be lost, but a watcher must not wait for ever because one was. So watch,
// unwatch, terminated and goodbye frames carry a sequence, are acknowledged, and are sent
// again until they are. Getting one twice does no harm.

// resendEvery is how often an unacknowledged frame is sent again: not much longer than
// a gossip interval, so that a healed link soon carries what it has lost.
const resendEvery = 200 * time.Millisecond

// maxTries bounds how often terminated and unwatch are sent, to a node that nobody
// declares down: five minutes. A watch is sent as long as it is wanted.
const maxTries = int(5 * time.Minute / resendEvery)

// unacked is a frame that is sent until it is acknowledged.
type unacked struct {
	kind  byte
	to    life
	frame []byte
	tries int
	held  bool   // it was not sent yet:
	after uint64 // not before the parcels up to this number have arrived
}

// remoteWatch is a watch of an actor of another node.
type remoteWatch struct {
	id      identity
	watcher watcher
	life    uint64 // the incarnation that has acknowledged it, or 0
}

// sendSystem sends a frame of numbers, once.
func (s *System) sendSystem(to life, kind byte, numbers ...uint64) {
	s.sendTo(to, s.systemFrame(to, kind, numbers...))
}

func (s *System) sendTo(to life, frame []byte) {
	_ = s.peers.forward(s, s.peers.peer(to.address), to.incarnation, frame, nil)
}

func (s *System) systemFrame(to life, kind byte, numbers ...uint64) []byte {
	frame := s.header(nil, kind, to.incarnation)
	for _, n := range numbers {
		frame = binary.AppendUvarint(frame, n)
	}
	return frame
}

// sendReliably sends a frame of numbers, the first of which is its sequence, until it is
// acknowledged. l.mu is not held.
func (s *System) sendReliably(to life, kind byte, numbers ...uint64) {
	s.repeat(to, kind, numbers[0], s.systemFrame(to, kind, numbers...))
}

// sendAbout does so for a frame that ends with who it is about.
func (s *System) sendAbout(id identity, kind byte, numbers ...uint64) {
	to := life{id.address, id.incarnation}
	frame := s.systemFrame(to, kind, append(numbers, id.uid)...)
	s.repeat(to, kind, numbers[0], appendString(frame, id.path))
}

// repeat sends a frame until it is acknowledged.
func (s *System) repeat(to life, kind byte, sequence uint64, frame []byte) {
	u := &unacked{kind: kind, to: to, frame: slices.Clone(frame)} // to send is to write into it
	if kind == frameTerminated {                                  // it comes after every message that its actor had sent
		u.after = s.peers.peer(to.address).queued()
		u.held = !s.peers.peer(to.address).passed(u.after)
	}
	held := u.held
	if !s.peers.keep(s, sequence, u) || held {
		return
	}
	s.sendTo(to, frame)
}

// keep has u sent again until it is acknowledged. It reports false if that is of no
// use any more.
func (l *peers) keep(s *System, sequence uint64, u *unacked) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed || l.isDown(u.to) || u.kind == frameTerminated && l.hasLeft(u.to) {
		return false
	}
	l.unacked[sequence] = u
	if l.resend == nil {
		l.resend = s.after(resendEvery, "resend", s.resend)
	}
	return true
}

// resend sends everything unacknowledged again, in the order it was sent first.
func (s *System) resend() {
	l := &s.peers
	l.mu.Lock()
	type copied struct {
		to    life
		frame []byte
	}
	var due []copied // to send is to write into a frame, and the next resend may begin meanwhile
	for _, sequence := range slices.Sorted(maps.Keys(l.unacked)) {
		u := l.unacked[sequence]
		if u.held && !l.peer(u.to.address).passed(u.after) {
			continue
		}
		if u.tries++; u.tries > maxTries && u.kind != frameWatch {
			delete(l.unacked, sequence)
			continue
		}
		if !u.held {
			u.frame[unsealed] |= again
		}
		u.held = false
		due = append(due, copied{u.to, slices.Clone(u.frame)})
	}
	l.checkFlushed()
	if len(l.unacked) == 0 || l.closed {
		l.resend = nil
		l.mu.Unlock()
		return
	}
	l.resend.Reset(resendEvery)
	l.mu.Unlock()
	for _, u := range due {
		s.sendTo(u.to, u.frame)
	}
}

// acked ends the sending of a frame.
func (l *peers) acked(sequence uint64, by life) {
	l.mu.Lock()
	defer l.mu.Unlock()
	u := l.unacked[sequence]
	if u == nil || u.to.address != by.address {
		return
	}
	delete(l.unacked, sequence)
	if w := l.watches[sequence]; w != nil && u.kind == frameWatch {
		w.life = by.incarnation
	}
	l.checkFlushed()
	if len(l.unacked) == 0 && l.resend != nil {
		l.resend.Stop()
		l.resend = nil
	}
}

// forgetUnacked gives up what is of no use any more. l.mu is held.
func (l *peers) forgetUnacked(useless func(*unacked) bool) {
	maps.DeleteFunc(l.unacked, func(_ uint64, u *unacked) bool { return useless(u) })
	l.checkFlushed()
}

func (l *peers) nextSequence() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sequence++
	return l.sequence
}
