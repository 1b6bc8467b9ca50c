package actor

import (
	"encoding/binary"
	"errors"
	"fmt"
	"reflect"

	"github.com/7aca83c2/multinode/internal/codec"
)

// A message that the receiver cannot decode, since it does not know a type in it, goes back
// to the node that sent it. That one can decode it, makes a dead letter of it, and fails the
// asks whose replies it names: those of actors that pass messages on, as a router does, too.

// undecodable returns the reason why a message was not decoded as one that has a code.
func (s *System) undecodable(err error) error {
	if unknown := (*codec.UnknownTypeError)(nil); errors.As(err, &unknown) {
		return &reason{ErrUnknownType, fmt.Sprintf("%q does not know the type %s: call actor.Register for it in the program of that node", s.address, unknown.Name)}
	}
	if errors.Is(err, ErrMessageType) {
		return err
	}
	return &reason{ErrUndecodable, fmt.Sprintf("%q cannot decode it: %v", s.address, err)}
}

// reason is an error that has come from another node, or goes there.
type reason struct {
	kind error
	text string
}

func (r *reason) Error() string { return r.text }
func (r *reason) Unwrap() error { return r.kind }

// sendBack makes a dead letter of a message that cannot be decoded, and tells who asks or else
// returns it.
func (s *System) sendBack(f *letter, err error) {
	err = s.undecodable(err)
	if f.ticket == 0 {
		frame := s.header(nil, frameReturned, f.from.incarnation)
		frame = binary.AppendUvarint(frame, failureCode(err))
		frame = appendString(frame, err.Error())
		frame = appendString(frame, string(f.path))
		frame = binary.LittleEndian.AppendUint32(frame, f.fingerprint)
		s.sendPlain(f.from, append(frame, f.body...))
	}
	s.undelivered(f, err)
}

// sendPlain sends a frame as it is, or in chunks.
func (s *System) sendPlain(to life, frame []byte) {
	if len(frame) > longest {
		id := identity{address: to.address, incarnation: to.incarnation}
		_ = s.queue(s.peers.peer(to.address), &parcel{to: id, frame: frame})
		return
	}
	s.sendTo(to, frame)
}

// receiveReturned takes back a message that the receiver could not decode.
func (s *System) receiveReturned(from life, code uint64, in reader) {
	text, path, fingerprint := in.text(), in.text(), in.uint32()
	if in.short {
		return
	}
	why := failure(code, string(text))
	m, err := decodeAs(fingerprint, in.rest, s)
	if err != nil {
		m = nil
	}
	to := string(from.address) + string(path)
	s.failAsks(m, why)
	s.deadLetter(DeadLetter{To: to, Message: m, Cause: fmt.Errorf("actor: send %T to %q: %w", m, to, why)})
}

// decodeAs decodes a message of a type that this process has sent.
func decodeAs(fingerprint uint32, body []byte, s *System) (m any, err error) {
	defer func() {
		if v := recover(); v != nil { // from a message's DecodeWire
			err = panicked(v)
		}
	}()
	if fingerprint == 0 {
		return codec.Decode(body, s)
	}
	if decode, ok := decoders.Load(fingerprint); ok {
		return decode.(*decoder).decode(body, s)
	}
	return nil, ErrMessageType
}

// failAsks fails the asks whose replies a message names, as it will not be handled.
func (s *System) failAsks(m any, why error) {
	w := walker{left: maxWalk, found: func(ref AnyRef) {
		if ref.IsZero() {
			return
		}
		to := ref.target()
		if asked, ok := to.(failer); ok {
			asked.fail(why)
		} else if id := to.identity(); id.path == askPath {
			s.failAsk(id, why)
		}
	}}
	w.walk(reflect.ValueOf(m), 0)
}

// failAsk fails an ask of any node.
func (s *System) failAsk(id identity, why error) {
	if s.isHere(id) {
		if asked, ok := s.exports.get(id.uid).(failer); ok {
			asked.fail(why)
		}
		return
	}
	(&remoteAsker{s, life{id.address, id.incarnation}, id.uid}).fail(why)
}

// walker finds the Refs in a message.
type walker struct {
	found func(AnyRef)
	left  int // how many values it looks at still
}

// maxWalk bounds how many values of a message are looked at, and maxWalkDepth how deep: one
// that cannot be encoded may contain itself.
const (
	maxWalk      = 100_000
	maxWalkDepth = 100
)

func (w *walker) walk(v reflect.Value, depth int) {
	if w.left--; w.left < 0 || depth > maxWalkDepth || !v.IsValid() || !v.CanInterface() {
		return
	}
	if ref, ok := reflect.TypeAssert[AnyRef](v); ok && v.Kind() == reflect.Struct {
		w.found(ref)
		return
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		w.walk(v.Elem(), depth+1)
	case reflect.Struct:
		for i := range v.NumField() {
			w.walk(v.Field(i), depth+1)
		}
	case reflect.Slice, reflect.Array:
		if k := v.Type().Elem().Kind(); k <= reflect.Complex128 || k == reflect.String {
			return
		}
		for i := range v.Len() {
			w.walk(v.Index(i), depth+1)
		}
	case reflect.Map:
		for at := v.MapRange(); at.Next(); {
			w.walk(at.Key(), depth+1)
			w.walk(at.Value(), depth+1)
		}
	}
}
