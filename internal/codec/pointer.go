package codec

import (
	"errors"
	"reflect"
	"unsafe"
)

var errPresence = errors.New("a pointer starts with neither 0 nor 1")

func (c compiler) fillPointer(pl *plan) error {
	elem, err := c.plan(pl.typ.Elem())
	if err != nil {
		return err
	}
	pl.append = func(buf []byte, p unsafe.Pointer, depth int) ([]byte, error) {
		to := *(*unsafe.Pointer)(p)
		if to == nil {
			return append(buf, 0), nil
		}
		if depth == 0 {
			return buf, errDeep
		}
		return elem.append(append(buf, 1), to, depth-1)
	}
	pl.decode = func(d *decoder, p unsafe.Pointer) error {
		b, err := d.byte()
		if err != nil || b == 0 {
			return err
		}
		if b != 1 {
			return errPresence
		}
		if err := d.enter(); err != nil {
			return err
		}
		if elem.min > d.free() {
			return errShort // before the memory is made
		}
		to := reflect.New(elem.typ).UnsafePointer()
		*(*unsafe.Pointer)(p) = to
		err = elem.decode(d, to)
		d.depth--
		return err
	}
	return nil
}
