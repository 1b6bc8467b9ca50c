package codec

import (
	"reflect"
	"unsafe"
)

func (c compiler) fillSlice(pl *plan) error {
	elem, err := c.plan(pl.typ.Elem())
	if err != nil {
		return at(err, "[]")
	}
	if elem.octet {
		pl.append, pl.decode = appendBytes, decodeBytes
		return nil
	}
	pl.append = func(buf []byte, p unsafe.Pointer, depth int) ([]byte, error) {
		s := *(*[]struct{})(p) // only its pointer and length are used
		if s == nil {
			return append(buf, 0), nil
		}
		if depth == 0 {
			return buf, errDeep
		}
		buf = appendUvarint(buf, uint64(len(s))+1)
		if elem.min == 0 {
			return append(buf, make([]byte, len(s))...), nil
		}
		return elem.appendAll(buf, unsafe.Pointer(unsafe.SliceData(s)), len(s), depth-1)
	}
	pl.decode = func(d *decoder, p unsafe.Pointer) error {
		n, err := d.count(max(elem.min, 1))
		if err != nil || n < 0 {
			return err
		}
		if err := d.enter(); err != nil {
			return err
		}
		s := reflect.MakeSlice(pl.typ, n, n)
		reflect.NewAt(pl.typ, p).Elem().Set(s)
		if elem.min == 0 {
			_, err = d.take(n)
		} else {
			err = elem.decodeAll(d, s.UnsafePointer(), n)
		}
		d.depth--
		return err
	}
	return nil
}

func (c compiler) fillArray(pl *plan) error {
	elem, err := c.plan(pl.typ.Elem())
	if err != nil {
		return at(err, "[]")
	}
	n := pl.typ.Len()
	pl.min = n * elem.min
	pl.keepsEncoded, pl.keepsDecoded = elem.keepsEncoded, elem.keepsDecoded
	switch {
	case pl.min == 0:
		pl.append, pl.decode = appendNothing, decodeNothing
	case elem.octet:
		pl.append = func(buf []byte, p unsafe.Pointer, _ int) ([]byte, error) {
			return append(buf, unsafe.Slice((*byte)(p), n)...), nil
		}
		pl.decode = func(d *decoder, p unsafe.Pointer) error {
			b, err := d.take(n)
			copy(unsafe.Slice((*byte)(p), n), b)
			return err
		}
	default:
		pl.append = func(buf []byte, p unsafe.Pointer, depth int) ([]byte, error) {
			return elem.appendAll(buf, p, n, depth)
		}
		pl.decode = func(d *decoder, p unsafe.Pointer) error { return elem.decodeAll(d, p, n) }
	}
	return nil
}

// appendAll appends the n values that lie side by side from p on.
func (pl *plan) appendAll(buf []byte, p unsafe.Pointer, n, depth int) ([]byte, error) {
	size := pl.typ.Size()
	for i := range n {
		var err error
		if buf, err = pl.append(buf, unsafe.Add(p, uintptr(i)*size), depth); err != nil {
			return buf, atIndex(err, i)
		}
	}
	return buf, nil
}

func (pl *plan) decodeAll(d *decoder, p unsafe.Pointer, n int) error {
	size := pl.typ.Size()
	d.owed += n * pl.min
	for i := range n {
		d.owed -= pl.min
		if err := pl.decode(d, unsafe.Add(p, uintptr(i)*size)); err != nil {
			return atIndex(err, i)
		}
	}
	return nil
}
