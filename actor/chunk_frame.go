package actor

import (
	"encoding/binary"
	"time"

	"github.com/7aca83c2/multinode/transport"
)

// chunkFrame returns the frame of a chunk.
func (b *backlog) chunkFrame(f flight) []byte {
	p := f.parcel
	frame := b.sys.header(make([]byte, 0, f.size+96), frameChunk, p.to.incarnation)
	frame = binary.AppendUvarint(frame, f.serial)
	frame = binary.AppendUvarint(frame, uint64(f.at.UnixNano()))
	frame = binary.AppendUvarint(frame, b.parcels[0].number)
	frame = binary.AppendUvarint(frame, p.number)
	frame = binary.AppendUvarint(frame, uint64(len(p.frame)))
	frame = binary.AppendUvarint(frame, uint64(f.offset))
	return append(frame, p.chunk(f.offset)...)
}

// chunkAck says that a chunk has arrived, or that the node is not the one that it is for.
type chunkAck struct {
	serial  uint64
	parcel  uint64
	offset  int
	refused bool
	by      uint64 // the incarnation that says so
}

// assembly is what has come of a message that comes in chunks.
type assembly struct {
	frame   []byte
	arrived map[uint64]struct{} // where chunks begin
	left    int                 // bytes
}

// assemblies are those of the messages of a life.
type assemblies struct {
	parts map[uint64]*assembly // by parcel; nil: it was handled
	floor uint64               // of lower ones no chunk comes any more
}

// receiveChunk takes a chunk in, acknowledges it, and handles the message that it
// completes.
func (s *System) receiveChunk(f *flow, in reader, here bool) {
	serial, at, floor := in.uvarint(), in.uvarint(), in.uvarint()
	number, size, offset := in.uvarint(), in.uvarint(), in.uvarint()
	if in.short || size > transport.MaxPayload || offset > size || uint64(len(in.rest)) > size-offset || number < floor {
		s.refuseDamaged(f.from.address)
		return
	}
	refused := uint64(1)
	whole := []byte(nil)
	if here {
		refused = 0
		var ok bool
		if whole, ok = f.assemblies.add(floor, number, size, offset, in.rest); !ok {
			return
		}
	}
	s.sendSystem(f.from, frameChunkAck, serial, at, number, offset, refused)
	if whole != nil {
		s.receiveWhole(f, whole)
	}
}

// maxAssemblies is how many messages of a life may come in chunks at a time: those that it
// sends so, and as many that it has given up while nothing else came.
const maxAssemblies = 2 * maxCut

// add puts a chunk where it belongs, and returns the frame if that is whole now. It
// reports false for what there is no place for.
func (a *assemblies) add(floor, number, size, offset uint64, chunk []byte) ([]byte, bool) {
	if a.parts == nil {
		a.parts = map[uint64]*assembly{}
	}
	for a.floor < floor { // mostly a step or none
		delete(a.parts, a.floor)
		a.floor++
		if len(a.parts) == 0 {
			a.floor = floor
		}
	}
	part, known := a.parts[number]
	switch {
	case number < a.floor, known && part == nil:
		return nil, true // it was handled
	case !known:
		if a.open() >= maxAssemblies {
			return nil, false
		}
		part = &assembly{frame: make([]byte, size), arrived: map[uint64]struct{}{}, left: int(size)}
		a.parts[number] = part
	case uint64(len(part.frame)) != size:
		return nil, false
	}
	if _, again := part.arrived[offset]; again {
		return nil, true
	}
	part.arrived[offset] = struct{}{}
	copy(part.frame[offset:], chunk)
	if part.left -= len(chunk); part.left > 0 {
		return nil, true
	}
	a.parts[number] = nil
	return part.frame, true
}

func (a *assemblies) open() (n int) {
	for _, part := range a.parts {
		if part != nil {
			n++
		}
	}
	return n
}

// receiveChunkAck has more chunks sent.
func (s *System) receiveChunkAck(from life, serial uint64, in reader) {
	at, number, offset, refused := in.uvarint(), in.uvarint(), in.uvarint(), in.uvarint()
	b := s.peers.peer(from.address).backlog.Load()
	if in.short || b == nil || offset > transport.MaxPayload {
		return
	}
	took := time.Since(time.Unix(0, int64(at)))
	b.acknowledged(chunkAck{serial, number, int(offset), refused != 0, from.incarnation}, took)
}
