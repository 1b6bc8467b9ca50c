package codec

import (
	"encoding/binary"
	"fmt"
)

// A decoder is the state of decoding one message.
type decoder struct {
	data  []byte
	off   int // data[:off] is used up
	depth int

	// owed is how many of the bytes left are needed by elements and fields for which there already is
	// memory. A length may not count on them. Without it, slices nested in slices could each claim the
	// whole message, and allocate its length times their depth.
	owed int

	env any
}

// finish returns an error unless the message is used up.
func (d *decoder) finish() error {
	if left := len(d.data) - d.off; left != 0 {
		return fmt.Errorf("%d bytes are left over", left)
	}
	return nil
}

// enter counts one level of nesting; the caller takes it back with d.depth--, but need not after an
// error, which ends the decoding.
func (d *decoder) enter() error {
	if d.depth++; d.depth > maxDepth {
		return errDeep
	}
	return nil
}

func (d *decoder) byte() (byte, error) {
	if d.off >= len(d.data) {
		return 0, errShort
	}
	b := d.data[d.off]
	d.off++
	return b, nil
}

// take returns the next n bytes, which remain part of the message.
func (d *decoder) take(n int) ([]byte, error) {
	if n > len(d.data)-d.off {
		return nil, errShort
	}
	b := d.data[d.off : d.off+n : d.off+n]
	d.off += n
	return b, nil
}

func (d *decoder) uvarint() (uint64, error) {
	if d.off < len(d.data) && d.data[d.off] < 0x80 {
		d.off++
		return uint64(d.data[d.off-1]), nil
	}
	return d.longUvarint()
}

func (d *decoder) longUvarint() (uint64, error) {
	u, n := binary.Uvarint(d.data[d.off:])
	switch {
	case n == 0:
		return 0, errShort
	case n < 0:
		return 0, errVarint
	}
	d.off += n
	return u, nil
}

func (d *decoder) varint() (int64, error) {
	u, err := d.uvarint()
	return unzigzag(u), err
}

// length returns the length of a string.
func (d *decoder) length() (int, error) {
	u, err := d.uvarint()
	if err != nil {
		return 0, err
	}
	return d.fits(u, 1)
}

// count returns the length of a slice or map whose elements take at least size bytes each, or -1 for
// a nil one.
func (d *decoder) count(size int) (int, error) {
	u, err := d.uvarint()
	if err != nil || u == 0 {
		return -1, err
	}
	return d.fits(u-1, size)
}

func (d *decoder) fits(n uint64, size int) (int, error) {
	if left := d.free(); n > uint64(left/size) {
		return 0, fmt.Errorf("length %d, with %d bytes left for it", n, left)
	}
	return int(n), nil
}

// free returns how many bytes are left that are not owed.
func (d *decoder) free() int { return max(len(d.data)-d.off-d.owed, 0) }

func zigzag(i int64) uint64   { return uint64(i)<<1 ^ uint64(i>>63) }
func unzigzag(u uint64) int64 { return int64(u>>1) ^ -int64(u&1) }

func appendUvarint(buf []byte, u uint64) []byte {
	if u < 0x80 {
		return append(buf, byte(u))
	}
	return binary.AppendUvarint(buf, u)
}
