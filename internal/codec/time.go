package codec

import (
	"fmt"
	"time"
	"unsafe"
)

// maxOffset is a day: the farthest that a zone can be from UTC, with room to spare.
const maxOffset = 24 * 60 * 60

func fillTime(pl *plan) {
	pl.append, pl.decode, pl.min = appendTime, decodeTime, 3
}

func appendTime(buf []byte, p unsafe.Pointer, _ int) ([]byte, error) {
	t := (*time.Time)(p)
	buf = appendUvarint(buf, zigzag(t.Unix()))
	buf = appendUvarint(buf, uint64(t.Nanosecond()))
	if t.Location() == time.UTC {
		return append(buf, 0), nil
	}
	_, offset := t.Zone()
	if offset < -maxOffset || offset > maxOffset {
		return buf, fmt.Errorf("a time %d seconds from UTC cannot be encoded", offset)
	}
	return appendUvarint(buf, zigzag(int64(offset))+1), nil
}

func decodeTime(d *decoder, p unsafe.Pointer) error {
	sec, err := d.varint()
	if err != nil {
		return err
	}
	nsec, err := d.uvarint()
	if err != nil {
		return err
	}
	if nsec >= uint64(time.Second) {
		return fmt.Errorf("a time cannot have %d nanoseconds", nsec)
	}
	zone, err := d.uvarint()
	if err != nil {
		return err
	}
	t := time.Unix(sec, int64(nsec)).UTC()
	if zone != 0 {
		offset := unzigzag(zone - 1)
		if offset < -maxOffset || offset > maxOffset {
			return fmt.Errorf("a time cannot be %d seconds from UTC", offset)
		}
		t = inZone(t, int(offset))
	}
	*(*time.Time)(p) = t
	return nil
}

// inZone returns t in the local zone if that has the offset at that time, as package time does when it
// decodes, or else in a zone without a name.
func inZone(t time.Time, offset int) time.Time {
	if local := t.Local(); offsetOf(local) == offset {
		return local
	}
	return t.In(time.FixedZone("", offset))
}

func offsetOf(t time.Time) int {
	_, offset := t.Zone()
	return offset
}
