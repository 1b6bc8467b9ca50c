package transport

import (
	"encoding/binary"
	"iter"
	"slices"
)

// MaxPayload is the size, in bytes, of the largest payload a frame may carry:
// large enough for any message of a test, small enough that a garbled length is
// recognised before memory is set aside for it.
const MaxPayload = 16 << 20

// The encoding of a frame, in queues as on pipes, names only the peer; the other
// end of the link is whoever holds the queue or the pipe:
//
//	length  4 bytes, little endian: the bytes that follow
//	n       1 byte: the length of the peer's address
//	peer    n bytes
//	payload the rest
const (
	// FrameLengthSize is the size, in bytes, of the length that precedes a frame.
	FrameLengthSize = 4
	// MaxFrame is the largest length an encoded frame may state.
	MaxFrame = 1 + MaxAddress + MaxPayload
)

// AppendFrame appends the encoding of a frame to buf and returns the extended
// buffer. The address and the payload must be within their limits.
func AppendFrame(buf []byte, peer Address, payload []byte) []byte {
	start, length := len(buf), 1+len(peer)+len(payload)
	buf = slices.Grow(buf, FrameLengthSize+length)[:start+FrameLengthSize+length]
	frame := buf[start:]
	binary.LittleEndian.PutUint32(frame, uint32(length))
	frame[FrameLengthSize] = byte(len(peer))
	n := copy(frame[FrameLengthSize+1:], peer)
	copy(frame[FrameLengthSize+1+n:], payload)
	return buf
}

// Batch is a run of encoded frames, in order. The zero Batch is empty and ready
// for use.
type Batch struct {
	buf    []byte
	count  int
	wasted int // uses in a row that needed little of buf
}

// Len returns the number of frames.
func (b *Batch) Len() int { return b.count }

// Bytes returns the encoded frames, which are valid until the Batch changes.
func (b *Batch) Bytes() []byte { return b.buf }

// Frames iterates over peer and payload of each frame. Both are valid until the
// Batch changes.
func (b *Batch) Frames() iter.Seq2[[]byte, []byte] {
	return func(yield func(peer, payload []byte) bool) {
		for rest := b.buf; len(rest) > 0; {
			var record []byte
			record, rest = splitRecord(rest)
			peer, payload := splitPeer(record)
			if !yield(peer, payload) {
				return
			}
		}
	}
}

func (b *Batch) add(peer Address, payload []byte) {
	b.buf = AppendFrame(b.buf, peer, payload)
	b.count++
}

// A Batch gives up its memory when it was far too much for this many uses in a row, or
// fewer the more it is: a burst does not stay in memory for long, and a stream, whose
// batches differ much in length, does not make it anew all the time.
const (
	keepAlways = 4 << 20 // bytes: a few large pipe buffers, or a quarter of the longest frame
	wasteful   = 256
)

// reset empties the Batch, and keeps the memory for the next frames.
func (b *Batch) reset() {
	if len(b.buf) >= cap(b.buf)/8 || cap(b.buf) <= keepAlways {
		b.wasted = 0
	} else if b.wasted += cap(b.buf) / keepAlways; b.wasted >= wasteful {
		*b = Batch{}
	}
	b.buf, b.count = b.buf[:0], 0
}

// drop takes the frames of peer out and returns how many and how many payload
// bytes they had.
func (b *Batch) drop(peer Address) (frames, bytes int) {
	kept := b.buf[:0]
	for rest := b.buf; len(rest) > 0; {
		whole := rest
		var record []byte
		record, rest = splitRecord(rest)
		if from, payload := splitPeer(record); string(from) == string(peer) {
			frames++
			bytes += len(payload)
			continue
		}
		kept = append(kept, whole[:len(whole)-len(rest)]...)
	}
	b.buf = kept
	b.count -= frames
	return frames, bytes
}

// splitRecord and splitPeer take apart what AppendFrame made; bytes from outside
// are checked by whoever reads them.
func splitRecord(buf []byte) (record, rest []byte) {
	n := FrameLengthSize + int(binary.LittleEndian.Uint32(buf))
	return buf[FrameLengthSize:n], buf[n:]
}

func splitPeer(record []byte) (peer, payload []byte) {
	n := 1 + int(record[0])
	return record[1:n], record[n:]
}
