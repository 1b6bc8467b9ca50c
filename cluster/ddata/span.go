package ddata

import "github.com/7aca83c2/multinode/transport"

// What goes from node to node at a time is bounded, so that there may be any amount of it:
// these many bytes of values, unless a single one is larger, and of digests.
const (
	maxPiece   = 256 << 10
	maxDigests = 32 << 10
)

// maxValue is the size, in bytes, of the largest encoded value: it must fit into a frame,
// with its key and what a message has besides.
const maxValue = transport.MaxPayload - 64<<10

// span is the keys from From on up to, but without, To. An empty To is no end, so that the
// zero span is all keys.
type span struct{ From, To string }

// room is the room for bytes in a message.
type room struct {
	left int
	used bool
}

// take takes n bytes, if there is room for them. For the first there always is.
func (r *room) take(n int) bool {
	if r.used && n > r.left {
		return false
	}
	r.used = true
	r.left -= n
	return true
}
