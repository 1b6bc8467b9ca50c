package actor

import (
	"errors"
	"fmt"

	"github.com/7aca83c2/multinode/transport"
)

// letter is a frame with a message. Its bytes are only valid while it is received.
type letter struct {
	from        life
	down        bool // from was declared down
	uid         uint64
	path        []byte
	ticket      uint64
	fingerprint uint32
	body        []byte
}

// receive is the system's transport.Receiver: it only decodes and puts into mailboxes.
func (s *System) receive(from transport.Address, frame []byte) {
	l := &s.peers
	if l.timers.Load() > 0 {
		l.hold()
	}
	h, in, _ := headerOf(frame)
	switch {
	case s.killed.Load():
	case !isWhole(frame) || h.sender == 0:
		s.refuseDamaged(from)
	case h.number == 0:
		s.receiveUnnumbered(l.flow(from, h.sender), &h, in)
	default:
		s.receiveNumbered(l.flow(from, h.sender), h.number, frame)
	}
	l.release()
}

// receiveInTurn receives a frame whose turn has come.
func (s *System) receiveInTurn(f *flow, frame []byte) {
	h, in, ok := headerOf(frame)
	if !ok {
		s.refuseDamaged(f.from.address)
		return
	}
	kind := h.kind &^ again
	down := f.peer.isDown(f.from.incarnation)
	here := h.receiver == 0 || h.receiver == s.incarnation
	switch {
	case s.killed.Load():
	case kind == frameTell:
		t := &s.peers.letter // or each would be made on the heap
		*t = letter{from: f.from, down: down}
		s.receiveTell(t, in, here)
		t.body = nil
	case down:
		s.receiveDown(kind, f.from, in)
	case kind == frameChunk:
		s.receiveChunk(f, in, here)
	default:
		s.receiveSystem(kind, f.from, in, here)
	}
}

// receiveWhole handles a frame that has come in chunks.
func (s *System) receiveWhole(f *flow, frame []byte) {
	if len(frame) <= unsealed || frame[unsealed]&^again == frameChunk { // not chunks of chunks
		s.refuseDamaged(f.from.address)
		return
	}
	s.receiveInTurn(f, frame)
}

func (s *System) receiveTell(f *letter, in reader, here bool) {
	f.uid, f.path, f.ticket, f.fingerprint = in.uvarint(), in.text(), in.uvarint(), in.uint32()
	if in.short {
		s.refuseDamaged(f.from.address)
		return
	}
	f.body = in.rest
	if f.down && (!here || !hearsDown(s.addressee(f))) {
		s.dead.Add(1)
		return
	}
	if !here {
		s.undelivered(f, ErrIncarnation)
		return
	}
	to := s.addressee(f)
	if to == nil {
		s.undelivered(f, ErrDead)
		return
	}
	defer func() {
		if v := recover(); v != nil { // from a message's DecodeWire
			s.sendBack(f, panicked(v))
		}
	}()
	to.openLetter(f)
}

// found is whom a path has led to. It holds as long as nobody leaves the tree.
type found struct {
	path     string
	to       inbound
	removals uint64
}

// addressee is lookup that remembers the last path: many frames go there again.
func (s *System) addressee(f *letter) inbound {
	if f.uid != 0 {
		return s.exports.get(f.uid)
	}
	last, removals := &s.peers.found, s.removals.Load()
	if last.to == nil || last.removals != removals || last.path != string(f.path) {
		*last = found{path: string(f.path), removals: removals}
		last.to = s.lookup(0, last.path)
	}
	return last.to
}

func hearsDown(to inbound) bool { return to != nil && to.actor() != nil && to.actor().opts.hearDown }

// undelivered makes a dead letter of f and tells who asks.
func (s *System) undelivered(f *letter, err error) {
	if f.ticket != 0 {
		(&remoteAsker{s, f.from, f.ticket}).fail(err)
	}
	to := string(s.address) + string(f.path)
	err = fmt.Errorf("actor: message from %q to %q: %w", f.from.address, to, err)
	s.deadLetter(DeadLetter{To: to, Cause: err})
}

func (c *cell[M]) openLetter(f *letter) {
	if c.kind == nil {
		c.kind = kindOf[M]() // frames are received one at a time
	}
	m, err := c.kind.decode(f, c.sys)
	if err != nil {
		c.sys.sendBack(f, err)
		return
	}
	var asked failer
	if f.ticket != 0 {
		asked = &remoteAsker{c.sys, f.from, f.ticket}
	}
	if err := c.tell(m, asked); err != nil && asked != nil {
		asked.fail(err)
	}
}

// remoteAsker is who asks from another node.
type remoteAsker struct {
	sys    *System
	from   life
	number uint64
}

func (a *remoteAsker) ticket() uint64 { return 0 }

// fail sends the reason as a code, and its text if that says more: the error itself stays
// on its node.
func (a *remoteAsker) fail(err error) {
	code, text := failureCode(err), ""
	if code >= firstDetailed {
		text = err.Error()
	}
	frame := a.sys.systemFrame(a.from, frameFail, a.number, code)
	a.sys.sendPlain(a.from, appendString(frame, text))
}

// failures are the errors that frameFail has a code for, their index. Any other is
// ErrFailed. What goes with the first of them may be anything; with the others from
// firstDetailed on is what is wrong with the message.
var failures = []error{
	ErrFailed, ErrDead, ErrStopped, ErrMailboxFull, ErrIncarnation,
	ErrMessageType, ErrUnknownType, ErrUndecodable, errUnencodable,
}

const firstDetailed = 5

func failureCode(err error) uint64 {
	for i, known := range failures {
		if errors.Is(err, known) {
			return uint64(i)
		}
	}
	return 0
}

func failure(code uint64, text string) error {
	switch {
	case code >= uint64(len(failures)):
		return ErrFailed
	case code >= firstDetailed && text != "":
		return &reason{failures[code], text}
	}
	return failures[code]
}

func (s *System) receiveFail(in reader, ticket uint64) {
	code, text := in.uvarint(), string(in.text())
	if asked, ok := s.exports.get(ticket).(failer); ok && !in.short {
		asked.fail(failure(code, text))
	}
}
