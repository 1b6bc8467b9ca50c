package codec

import (
	"encoding"
	"encoding/binary"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"time"
	"unsafe"
)

// An Appender encodes itself. AppendWire appends to buf and returns the result, and may be called on
// the zero value. Its receiver is a value; its type is a [Decoder] too.
type Appender interface {
	AppendWire(buf []byte) ([]byte, error)
}

// A Decoder decodes itself from what AppendWire appended, no byte more or less. It may change data, but
// not keep it. The env is what the caller of Decode passed, such as an actor system. Its receiver is a
// pointer to a zero value.
type Decoder interface {
	DecodeWire(data []byte, env any) error
}

// errTookBack is what becomes of an AppendWire that returns something else than buf with more bytes.
var errTookBack = errors.New("its method returned less than the buffer that it was to append to")

// A pair is a way in which a type may encode itself.
type pair struct {
	out, in reflect.Type // the interfaces of its two methods
	append  func(v any, buf []byte) ([]byte, error)
	decode  func(v any, data []byte, env any) error
}

// pairs has the ways in order of preference; the first is our own.
var pairs = []pair{
	{
		reflect.TypeFor[Appender](), reflect.TypeFor[Decoder](),
		func(v any, buf []byte) ([]byte, error) { return v.(Appender).AppendWire(buf) },
		func(v any, data []byte, env any) error { return v.(Decoder).DecodeWire(data, env) },
	},
	{
		reflect.TypeFor[encoding.BinaryAppender](), reflect.TypeFor[encoding.BinaryUnmarshaler](),
		func(v any, buf []byte) ([]byte, error) { return v.(encoding.BinaryAppender).AppendBinary(buf) },
		unmarshalBinary,
	},
	{
		reflect.TypeFor[encoding.BinaryMarshaler](), reflect.TypeFor[encoding.BinaryUnmarshaler](),
		func(v any, buf []byte) ([]byte, error) {
			b, err := v.(encoding.BinaryMarshaler).MarshalBinary()
			return append(buf, b...), err
		}, unmarshalBinary,
	},
	{
		reflect.TypeFor[encoding.TextAppender](), reflect.TypeFor[encoding.TextUnmarshaler](),
		func(v any, buf []byte) ([]byte, error) { return v.(encoding.TextAppender).AppendText(buf) },
		unmarshalText,
	},
	{
		reflect.TypeFor[encoding.TextMarshaler](), reflect.TypeFor[encoding.TextUnmarshaler](),
		func(v any, buf []byte) ([]byte, error) {
			b, err := v.(encoding.TextMarshaler).MarshalText()
			return append(buf, b...), err
		}, unmarshalText,
	},
}

func unmarshalBinary(v any, data []byte, _ any) error {
	return v.(encoding.BinaryUnmarshaler).UnmarshalBinary(data)
}

func unmarshalText(v any, data []byte, _ any) error {
	return v.(encoding.TextUnmarshaler).UnmarshalText(data)
}

// selfEncoded makes the plan of a type that encodes itself, and returns false if it does not.
func selfEncoded(pl *plan) (bool, error) {
	t, ptr := pl.typ, reflect.PointerTo(pl.typ)
	if t == reflect.TypeFor[time.Time]() {
		fillTime(pl)
		return true, nil
	}
	if k := t.Kind(); k == reflect.Pointer || k == reflect.Interface {
		return false, nil // what they point to or hold encodes itself
	}
	for i, way := range pairs {
		out, in := ptr.Implements(way.out), ptr.Implements(way.in)
		switch {
		case i == 0 && out != in:
			return false, fmt.Errorf("%s has only one of AppendWire and DecodeWire", t)
		case !out || !in, i > 0 && isPlain(t.Kind()):
			continue
		}
		if f, ok := promotes(t, way); ok {
			return false, fmt.Errorf("%s embeds %s, whose methods would encode that field alone: "+
				"give the field a name", t, f.Type)
		}
		way.fill(pl)
		return true, nil
	}
	return false, nil
}

// isPlain says whether k is a boolean, a number or a string.
func isPlain(k reflect.Kind) bool {
	return k >= reflect.Bool && k <= reflect.Complex128 && k != reflect.Uintptr || k == reflect.String
}

// promotes returns the embedded field that t, which has other fields too, may have its methods from.
// Whether t declares methods of its own over them cannot be seen, so that this is refused as well.
func promotes(t reflect.Type, way pair) (reflect.StructField, bool) {
	if t.Kind() != reflect.Struct || t.NumField() == 1 {
		return reflect.StructField{}, false
	}
	for i := range t.NumField() {
		f := t.Field(i)
		if p := reflect.PointerTo(f.Type); f.Anonymous && (p.Implements(way.out) || f.Type.Implements(way.out)) {
			return f, true
		}
	}
	return reflect.StructField{}, false
}

// forgetful has the paths of packages as its keys.
var forgetful sync.Map

// Forgetful says of T, and all other types of its package, that they keep no pointer to what
// their methods decode. Otherwise each message with one in it is given memory of its own
// first. It must come before the first value of such a type.
func Forgetful[T any]() { forgetful.Store(reflect.TypeFor[T]().PkgPath(), nil) }

func (way pair) fill(pl *plan) {
	_, forgets := forgetful.Load(pl.typ.PkgPath())
	pl.keepsDecoded = !forgets
	pl.keepsEncoded = !pl.typ.Implements(way.out)
	pl.append = func(buf []byte, p unsafe.Pointer, _ int) ([]byte, error) {
		start := len(buf)
		buf = append(buf, 0)
		out, err := way.append(reflect.NewAt(pl.typ, p).Interface(), buf)
		if err != nil {
			return buf, err
		}
		if len(out) < len(buf) {
			return buf, errTookBack
		}
		return setLength(out, start), nil
	}
	pl.decode = func(d *decoder, p unsafe.Pointer) error {
		n, err := d.length()
		if err != nil {
			return err
		}
		data, err := d.take(n)
		if err != nil {
			return err
		}
		return way.decode(reflect.NewAt(pl.typ, p).Interface(), data, d.env)
	}
}

// setLength puts the length of what follows buf[start] there. One byte was left for it, which is mostly
// enough; otherwise the rest makes room.
func setLength(buf []byte, start int) []byte {
	n := len(buf) - start - 1
	if n < 0x80 {
		buf[start] = byte(n)
		return buf
	}
	var prefix [binary.MaxVarintLen64]byte
	k := binary.PutUvarint(prefix[:], uint64(n))
	buf = append(buf, prefix[:k-1]...)
	copy(buf[start+k:], buf[start+1:start+1+n])
	copy(buf[start:], prefix[:k])
	return buf
}
