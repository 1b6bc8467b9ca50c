package netconn

import (
	"encoding/binary"
	"hash/crc32"
)

// A frame is, all numbers in little endian:
//
//	checksum     4 bytes: CRC-32C of all that follows
//	flags        1 byte
//	from, to     2 bytes each: ports
//
// That and the payload are a datagram. A segment has in between:
//
//	ranges       1 byte: how many
//	window       4 bytes
//	seq, ack     8 bytes each
//	stamp, echo  8 bytes each: nanoseconds; when it was sent, as its sender counts, and the
//	             stamp of what it answers at once, or 0
//	each range   8 bytes begin, 8 bytes end, behind echo
const (
	checksumSize  = 4
	datagramSize  = checksumSize + 1 + 2 + 2
	segmentHeader = datagramSize + 1 + 4 + 4*8
	rangeSize     = 16
)

const (
	// maxRanges is how many ranges a segment has at most: RFC 2018 has three or four.
	maxRanges = 4
	// maxData is the most data, in bytes, in a segment. A frame costs about as much as
	// copying a few KiB, and a loss costs a whole segment.
	maxData = 32 << 10
	// maxDatagram is what UDP over IPv4 carries at most, in bytes.
	maxDatagram = 65507
)

type flags uint8

const (
	flagSYN flags = 1 << iota
	flagACK
	flagFIN
	flagRST
	flagProbe // asks for an ACK
	flagDatagram

	allFlags = flagDatagram<<1 - 1

	// flagUnreachable is that of the answer to a datagram for a port where nobody listens:
	// that port, and the one it came from. It is the ICMP message of that name (RFC 1122,
	// 4.1.3.1).
	flagUnreachable = flagDatagram | flagRST
)

// span is the sequence numbers from begin up to, but not including, end.
type span struct{ begin, end uint64 }

// segment is a frame, decoded. A datagram has only flags, ports and data.
type segment struct {
	flags    flags
	from, to uint16
	window   uint32
	seq, ack uint64
	stamp    uint64
	echo     uint64
	ranges   []span
	data     []byte
}

// checksum is CRC-32C, whose table is made when it is first used.
func checksum(data []byte) uint32 { return crc32.Checksum(data, crc32.MakeTable(crc32.Castagnoli)) }

// end is the sequence number behind the segment.
func (g *segment) end() uint64 { return g.seq + uint64(len(g.data)) + g.flags.length() }

// length is how many sequence numbers SYN and FIN take.
func (f flags) length() (n uint64) {
	if f&flagSYN != 0 {
		n++
	}
	if f&flagFIN != 0 {
		n++
	}
	return n
}

// appendHeader appends a segment without its data, and with a checksum of 0.
func (g *segment) appendHeader(buf []byte) []byte {
	buf = append(buf, 0, 0, 0, 0, byte(g.flags))
	buf = binary.LittleEndian.AppendUint16(buf, g.from)
	buf = binary.LittleEndian.AppendUint16(buf, g.to)
	if g.flags&flagDatagram != 0 {
		return buf
	}
	buf = append(buf, byte(len(g.ranges)))
	buf = binary.LittleEndian.AppendUint32(buf, g.window)
	buf = binary.LittleEndian.AppendUint64(buf, g.seq)
	buf = binary.LittleEndian.AppendUint64(buf, g.ack)
	buf = binary.LittleEndian.AppendUint64(buf, g.stamp)
	buf = binary.LittleEndian.AppendUint64(buf, g.echo)
	for _, r := range g.ranges {
		buf = binary.LittleEndian.AppendUint64(buf, r.begin)
		buf = binary.LittleEndian.AppendUint64(buf, r.end)
	}
	return buf
}

// seal sets the checksum of a frame.
func seal(frame []byte) {
	binary.LittleEndian.PutUint32(frame, checksum(frame[checksumSize:]))
}

// decode reads a frame and reports whether it makes sense. The data is a part of it.
func (g *segment) decode(frame []byte) bool {
	if len(frame) < datagramSize ||
		binary.LittleEndian.Uint32(frame) != checksum(frame[checksumSize:]) {
		return false
	}
	*g = segment{
		flags:  flags(frame[4]),
		from:   binary.LittleEndian.Uint16(frame[5:]),
		to:     binary.LittleEndian.Uint16(frame[7:]),
		ranges: g.ranges[:0],
		data:   frame[datagramSize:],
	}
	if g.flags == flagDatagram || g.flags == flagUnreachable {
		return true
	}
	if g.flags&flagDatagram != 0 || g.flags&^allFlags != 0 || len(frame) < segmentHeader {
		return false
	}
	count := int(frame[9])
	if count > maxRanges || len(frame) < segmentHeader+count*rangeSize {
		return false
	}
	g.window = binary.LittleEndian.Uint32(frame[10:])
	g.seq = binary.LittleEndian.Uint64(frame[14:])
	g.ack = binary.LittleEndian.Uint64(frame[22:])
	g.stamp = binary.LittleEndian.Uint64(frame[30:])
	g.echo = binary.LittleEndian.Uint64(frame[38:])
	rest := frame[segmentHeader:]
	for range count {
		g.ranges = append(g.ranges, span{binary.LittleEndian.Uint64(rest), binary.LittleEndian.Uint64(rest[8:])})
		rest = rest[rangeSize:]
	}
	g.data = rest
	return len(g.data) <= maxData
}
