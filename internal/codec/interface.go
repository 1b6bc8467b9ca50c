package codec

import (
	"errors"
	"fmt"
	"reflect"
	"unsafe"
)

// textError is the name under which an error travels as its text. No type can register it.
const textError = "error"

var textErrorType = reflect.TypeOf(errors.New(""))

// fillInterface makes the plan of a value that says its own type.
func fillInterface(pl *plan) {
	takesText := textErrorType.Implements(pl.typ)
	if pl.typ.NumMethod() == 0 {
		pl.append = func(buf []byte, p unsafe.Pointer, depth int) ([]byte, error) {
			return appendDynamic(buf, *(*any)(p), takesText, depth)
		}
		pl.decode = func(d *decoder, p unsafe.Pointer) (err error) {
			*(*any)(p), err = decodeDynamic(d)
			return err
		}
		return
	}
	pl.append = func(buf []byte, p unsafe.Pointer, depth int) ([]byte, error) {
		return appendDynamic(buf, reflect.NewAt(pl.typ, p).Elem().Interface(), takesText, depth)
	}
	pl.decode = func(d *decoder, p unsafe.Pointer) error {
		v, err := decodeDynamic(d)
		if err != nil || v == nil {
			return err
		}
		if t := reflect.TypeOf(v); !t.Implements(pl.typ) {
			return fmt.Errorf("%s does not implement %s", t, pl.typ)
		}
		reflect.NewAt(pl.typ, p).Elem().Set(reflect.ValueOf(v))
		return nil
	}
}

// appendDynamic appends the name of the type of v, and v.
func appendDynamic(buf []byte, v any, takesText bool, depth int) ([]byte, error) {
	if v == nil {
		return append(buf, 0), nil
	}
	if depth == 0 {
		return buf, errDeep
	}
	t := reflect.TypeOf(v)
	if e := registered.Load().byType[t]; e != nil {
		buf, err := e.append(append(buf, e.prefix...), v, depth-1)
		if err != nil {
			err = at(err, "("+t.String()+")")
		}
		return buf, err
	}
	if err, ok := v.(error); ok && takesText {
		text := err.Error()
		buf = append(appendUvarint(buf, uint64(len(textError))), textError...)
		return append(appendUvarint(buf, uint64(len(text))), text...), nil
	}
	return buf, errUnregistered(t)
}

// errUnregistered says why t cannot travel, or else names the remedy as the user writes it, which is a
// function of package actor.
func errUnregistered(t reflect.Type) error {
	if _, err := compile(t); err != nil {
		return at(err, "("+t.String()+")")
	}
	of := t
	if t.Kind() == reflect.Pointer {
		of = t.Elem()
	}
	return fmt.Errorf("%s is not registered: call actor.Register[%s]()", t, of)
}

func decodeDynamic(d *decoder) (any, error) {
	n, err := d.length()
	if err != nil || n == 0 {
		return nil, err
	}
	name, err := d.take(n)
	if err != nil {
		return nil, err
	}
	if err := d.enter(); err != nil {
		return nil, err
	}
	v, err := decodeNamed(d, name)
	d.depth--
	return v, err
}

func decodeNamed(d *decoder, name []byte) (any, error) {
	if e := registered.Load().byName[string(name)]; e != nil {
		v, err := e.decode(d)
		if err != nil {
			err = at(err, "("+e.typ.String()+")")
		}
		return v, err
	}
	if string(name) == textError {
		var text string
		err := decodeString(d, unsafe.Pointer(&text))
		return errors.New(text), err
	}
	return nil, &UnknownTypeError{string(name[:min(len(name), maxName)])}
}
