package actor

import (
	"encoding/binary"
	"errors"
	"fmt"
	"sync"

	"github.com/7aca83c2/multinode/transport"
)

// RefAt names the actor at a path of a node, in whichever incarnation of the node and
// of the actor: it need not be there yet, and it may be another one later. With the
// system's own address it names one of its own actors.
func RefAt[M any](s *System, address transport.Address, path string) Ref[M] {
	return refTo[M](s, identity{address: address, path: path})
}

// refTo returns a Ref for what came out of a frame.
func refTo[M any](s *System, id identity) Ref[M] {
	if !s.isHere(id) {
		return Ref[M]{remote[M]{s, id, s.peers.peer(id.address), kindOf[M]()}}
	}
	if id.uid != 0 {
		if to, ok := s.exports.known(id.uid).(receiver[M]); ok {
			return Ref[M]{to}
		}
	}
	return Ref[M]{named[M]{s, id}}
}

func (s *System) isHere(id identity) bool {
	return id.address == s.address && (id.incarnation == 0 || id.incarnation == s.incarnation)
}

// remote is an actor of another system. It is a value, so that two Refs of the same
// actor are equal however they came here.
type remote[M any] struct {
	sys  *System
	id   identity
	peer *peer
	kind *kind[M]
}

func (r remote[M]) identity() identity { return r.id }
func (r remote[M]) export() identity   { return r.id }
func (r remote[M]) actor() *node       { return nil }
func (r remote[M]) system() *System    { return r.sys }

// buffers are for frames on their way to the endpoint, which copies them.
var buffers = sync.Pool{New: func() any { return new([]byte) }}

// maxPooled is the capacity, in bytes, of the largest buffer kept for another frame.
const maxPooled = 64 << 10

func (r remote[M]) tell(m M, asked failer) error { return r.post(m, asked, false) }

// post sends m, behind everything sent to the node before if it is to be the last.
func (r *remote[M]) post(m M, asked failer, last bool) error {
	buf := buffers.Get().(*[]byte)
	frame, err := r.frame((*buf)[:0], m, asked)
	switch {
	case err != nil:
	case r.peer.mustQueue(r.id, len(frame), last):
		err = r.sys.queue(r.peer, &parcel{to: r.id, frame: frame, message: m, asked: asked, last: last})
	default:
		err = r.sys.peers.forward(r.sys, r.peer, r.id.incarnation, frame, asNumbered(asked))
	}
	if cap(frame) <= maxPooled {
		*buf = frame
		buffers.Put(buf)
	}
	if err != nil {
		err = fmt.Errorf("actor: send %T to %q: %w", m, r.id, err)
		r.cannotTravel(m, err)
		r.sys.deadLetter(DeadLetter{To: r.id.String(), Message: m, Cause: err})
	}
	return err
}

// cannotTravel fails those who wait for what will not be handled, or will not be answered,
// if the reason is the message itself.
func (r *remote[M]) cannotTravel(m M, err error) {
	if e := (*encodeError)(nil); !errors.As(err, &e) && !errors.Is(err, transport.ErrTooLong) {
		return
	}
	if r.id.path == askPath {
		r.sys.failAsk(r.id, &reason{errUnencodable, err.Error()})
	}
	r.sys.failAsks(m, err)
}

// frame appends a tell frame to buf.
func (r *remote[M]) frame(buf []byte, m M, asked failer) ([]byte, error) {
	buf = r.sys.header(buf, frameTell, r.id.incarnation)
	buf = binary.AppendUvarint(buf, r.id.uid)
	buf = appendString(buf, r.id.path)
	ticket := uint64(0)
	if asked != nil {
		ticket = asked.ticket()
	}
	buf = binary.AppendUvarint(buf, ticket)
	return r.kind.encode(buf, m)
}

func (r remote[M]) ref() AnyRef { return Ref[M]{r} }
