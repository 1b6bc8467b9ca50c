package codec

import "unsafe"

func appendString(buf []byte, p unsafe.Pointer, _ int) ([]byte, error) {
	s := *(*string)(p)
	return append(appendUvarint(buf, uint64(len(s))), s...), nil
}

func decodeString(d *decoder, p unsafe.Pointer) error {
	n, err := d.length()
	if err != nil {
		return err
	}
	b, err := d.take(n)
	*(*string)(p) = string(b)
	return err
}

// appendBytes appends a slice of any type whose elements are octets.
func appendBytes(buf []byte, p unsafe.Pointer, _ int) ([]byte, error) {
	b := *(*[]byte)(p)
	if b == nil {
		return append(buf, 0), nil
	}
	return append(appendUvarint(buf, uint64(len(b))+1), b...), nil
}

func decodeBytes(d *decoder, p unsafe.Pointer) error {
	n, err := d.count(1)
	if err != nil || n < 0 {
		return err
	}
	b, err := d.take(n)
	*(*[]byte)(p) = append(make([]byte, 0, n), b...)
	return err
}

func appendNothing(buf []byte, _ unsafe.Pointer, _ int) ([]byte, error) { return buf, nil }
func decodeNothing(*decoder, unsafe.Pointer) error                      { return nil }
