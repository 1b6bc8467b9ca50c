package actor

import (
	"encoding/binary"
	"errors"
	"hash/crc32"

	"github.com/7aca83c2/multinode/internal/codec"
)

// A frame's payload starts with
//
//	checksum  4 bytes: CRC-32C of what follows
//	number    8 bytes: of the frame, among those that its sender has sent to the address
//	kind      1 byte
//	sender    8 bytes: the incarnation it comes from
//	receiver  8 bytes: the incarnation it is for; 0 is any
//
// and goes on, by kind, with unsigned varints, and texts with their length in front. The
// numbers of hello and proof are 0: they belong into no order.
const (
	frameTell       = iota + 1 // uid, path, ticket of who asks or 0, fingerprint (4 bytes), message
	frameFail                  // ticket, code, text: a message that was asked became a dead letter
	frameWatch                 // sequence, uid, path
	frameUnwatch               // sequence, sequence of the watch, uid, path
	frameTerminated            // sequence, sequence of the watch, reason
	frameAck                   // sequence
	frameGoodbye               // sequence: the sender has no actors any more
	frameHello                 // sequence, number of the next frame: is the receiver alive?
	frameProof                 // sequence of the hello, number of the first frame that counts

	// A tell without a ticket that cannot be decoded comes back.
	frameReturned // code, text, path, fingerprint (4 bytes), message

	// A tell that is too long for one frame comes in chunks. The serial tells transmissions
	// apart and the time is the sender's, in nanoseconds; frameChunkAck has them back.
	frameChunk    // serial, time, number of the first parcel not there yet, of this one, its length, offset, bytes
	frameChunkAck // serial, time, number of the parcel, offset, 1 if it is for another incarnation
)

// again is set in the kind of a frame that had been sent before, long enough ago not to
// wait for what was sent before it and has not come.
const again = 0x80

const (
	unsealed   = 4 + 8                // bytes of a frame that are there for seal
	headerSize = unsealed + 1 + 8 + 8 // bytes
)

func (s *System) header(buf []byte, kind byte, to uint64) []byte {
	var h [headerSize]byte
	h[unsealed] = kind
	binary.LittleEndian.PutUint64(h[unsealed+1:], s.incarnation)
	binary.LittleEndian.PutUint64(h[unsealed+9:], to)
	return append(buf, h[:]...)
}

// header is what header has written. The number is that of seal.
type header struct {
	number           uint64
	kind             byte
	sender, receiver uint64
}

// headerOf returns the header of a frame and a reader of what follows, or false if the frame
// is shorter than that.
func headerOf(frame []byte) (h header, contents reader, ok bool) {
	if len(frame) < headerSize {
		return header{}, reader{}, false
	}
	return header{
		number:   binary.LittleEndian.Uint64(frame[4:]),
		kind:     frame[unsealed],
		sender:   binary.LittleEndian.Uint64(frame[unsealed+1:]),
		receiver: binary.LittleEndian.Uint64(frame[unsealed+9:]),
	}, reader{rest: frame[headerSize:]}, true
}

// castagnoli makes CRC-32C (RFC 3720), which processors do in hardware. It misses no error
// of up to 32 bits in a row, and of others one in 2³².
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// seal numbers a frame so that it can be sent.
func seal(frame []byte, number uint64) {
	binary.LittleEndian.PutUint64(frame[4:], number)
	binary.LittleEndian.PutUint32(frame, crc32.Checksum(frame[4:], castagnoli))
}

// isWhole reports whether a frame is as it was sealed.
func isWhole(frame []byte) bool {
	return len(frame) >= headerSize && binary.LittleEndian.Uint32(frame) == crc32.Checksum(frame[4:], castagnoli)
}

func appendString[S ~string](buf []byte, s S) []byte {
	buf = binary.AppendUvarint(buf, uint64(len(s)))
	return append(buf, s...)
}

// AppendWire encodes the Ref, for messages that have one in them. An actor of a system
// without a network cannot be named to another node.
func (r Ref[M]) AppendWire(buf []byte) ([]byte, error) {
	if r.to == nil {
		return buf, nil
	}
	if s := r.to.system(); s.network == nil {
		return buf, ErrNoNetwork
	}
	id := r.to.export()
	buf = binary.LittleEndian.AppendUint64(buf, id.incarnation)
	buf = binary.AppendUvarint(buf, id.uid)
	buf = appendString(buf, id.address)
	return appendString(buf, id.path), nil
}

var errWire = errors.New("actor: malformed Ref")

func init() { codec.Forgetful[Ref[struct{}]]() }

// DecodeWire decodes what AppendWire wrote. The env is the *System that the Ref is to
// belong to.
func (r *Ref[M]) DecodeWire(data []byte, env any) error {
	if len(data) == 0 {
		*r = Ref[M]{}
		return nil
	}
	s, ok := env.(*System)
	if !ok {
		return errors.New("actor: a Ref can only be decoded by a System")
	}
	in := reader{rest: data}
	id := identity{incarnation: in.uint64(), uid: in.uvarint()}
	id.address = s.addressOf(in.text())
	id.path = string(in.text())
	if in.short || len(in.rest) > 0 || id.address == "" {
		return errWire
	}
	*r = refTo[M](s, id)
	return nil
}

// reader takes apart the bytes of a frame. Once some are missing, short is set and
// everything it returns is zero.
type reader struct {
	rest  []byte
	short bool
}

func (r *reader) take(n uint64) []byte {
	if uint64(len(r.rest)) < n {
		r.rest, r.short = nil, true
		return nil
	}
	taken := r.rest[:n]
	r.rest = r.rest[n:]
	return taken
}

func (r *reader) uint32() uint32 {
	if b := r.take(4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

func (r *reader) uint64() uint64 {
	if b := r.take(8); b != nil {
		return binary.LittleEndian.Uint64(b)
	}
	return 0
}

func (r *reader) uvarint() uint64 {
	v, n := binary.Uvarint(r.rest)
	if n <= 0 {
		r.rest, r.short = nil, true
		return 0
	}
	r.rest = r.rest[n:]
	return v
}

// text returns bytes that are only valid as long as the frame.
func (r *reader) text() []byte { return r.take(r.uvarint()) }
