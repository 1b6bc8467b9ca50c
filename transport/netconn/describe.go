package netconn

import (
	"encoding/binary"
	"fmt"
)

// Describe says in a few words what a frame of a Stack is, from its first 80 bytes or so: "SYN to :80", "data from
// :80", "ACK", "datagram to :53". It returns the data that is there, too, and "" for what is no such frame. The
// checksum is not looked at. Ports from 49152 on, which are picked for those who dial, are not named.
func Describe(frame []byte) (what string, data []byte) {
	if len(frame) < datagramSize {
		return "", nil
	}
	f, data := flags(frame[4]), frame[datagramSize:]
	switch {
	case f == flagDatagram:
		what = "datagram"
	case f == flagUnreachable:
		what = "port unreachable"
	case f&flagDatagram != 0 || f&^allFlags != 0 || len(frame) < segmentHeader:
		return "", nil
	default:
		data = frame[min(len(frame), segmentHeader+int(frame[9])*rangeSize):]
		what = f.name(len(data) > 0)
	}
	from, to := binary.LittleEndian.Uint16(frame[5:]), binary.LittleEndian.Uint16(frame[7:])
	const picked = 49152
	switch {
	case to < picked:
		what += fmt.Sprintf(" to :%d", to)
	case from < picked:
		what += fmt.Sprintf(" from :%d", from)
	}
	return what, data
}

// name says what a segment does.
func (f flags) name(data bool) string {
	switch {
	case f&flagRST != 0:
		return "RST"
	case f&flagSYN != 0 && f&flagACK != 0:
		return "SYN-ACK"
	case f&flagSYN != 0:
		return "SYN"
	case f&flagFIN != 0:
		return "FIN"
	case data:
		return "data"
	case f&flagProbe != 0:
		return "probe"
	}
	return "ACK"
}
