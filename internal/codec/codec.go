package codec

import (
	"reflect"
	"sync"
	"unsafe"
)

// A Codec encodes and decodes values whose type both ends know. The zero value is not usable; [For]
// makes one.
type Codec[T any] struct {
	plan *plan

	// Plans work through pointers that escape. Passing them pooled memory, instead of the address of a
	// parameter, is what makes encoding free of allocations.
	cells sync.Pool
}

// A cell is the memory that one call works on.
type cell[T any] struct {
	v *T
	d decoder
}

// codecs holds a *Codec[T] for the reflect.Type of each T seen so far.
var codecs sync.Map

// For returns the codec of T, always the same one. It fails if T cannot be encoded. Keeping the result
// saves [AppendAs] and [DecodeAs] a look-up.
func For[T any]() (*Codec[T], error) {
	t := reflect.TypeFor[T]()
	if c, ok := codecs.Load(t); ok {
		return c.(*Codec[T]), nil
	}
	pl, err := planOf(t)
	if err != nil {
		return nil, err
	}
	c, _ := codecs.LoadOrStore(t, &Codec[T]{plan: pl})
	return c.(*Codec[T]), nil
}

// AppendAs appends v to buf. Where T is an interface it does what [Append] does. On an error it returns
// buf as it was.
func AppendAs[T any](buf []byte, v T) ([]byte, error) {
	c, err := For[T]()
	if err != nil {
		return buf, err
	}
	return c.Append(buf, v)
}

// DecodeAs decodes what [AppendAs] appended, and nothing else: bytes that are missing or left over are
// an error. Types with a DecodeWire method are given env.
func DecodeAs[T any](data []byte, env any) (T, error) {
	c, err := For[T]()
	if err != nil {
		var zero T
		return zero, err
	}
	return c.Decode(data, env)
}

// Append is [AppendAs] for the T of the codec.
func (c *Codec[T]) Append(buf []byte, v T) ([]byte, error) {
	out, err := c.append(buf, v, maxDepth)
	if err != nil {
		return buf, inType(err, c.plan.typ)
	}
	return out, nil
}

// Decode is [DecodeAs] for the T of the codec.
func (c *Codec[T]) Decode(data []byte, env any) (T, error) {
	x := c.get()
	x.d.data, x.d.env = data, env
	err := c.plan.decode(&x.d, unsafe.Pointer(x.v))
	if err == nil {
		err = x.d.finish()
	}
	v := *x.v
	c.put(x, c.plan.keepsDecoded)
	if err != nil {
		var zero T
		return zero, inType(err, c.plan.typ)
	}
	return v, nil
}

func (c *Codec[T]) append(buf []byte, v T, depth int) ([]byte, error) {
	x := c.get()
	*x.v = v
	out, err := c.plan.append(buf, unsafe.Pointer(x.v), depth)
	c.put(x, c.plan.keepsEncoded)
	return out, err
}

// appendAny appends v, which holds a T.
func (c *Codec[T]) appendAny(buf []byte, v any, depth int) ([]byte, error) {
	return c.append(buf, v.(T), depth)
}

// decodeAny decodes a T out of a longer message.
func (c *Codec[T]) decodeAny(d *decoder) (any, error) {
	if c.plan.min > d.free() {
		return nil, errShort // before the memory is made
	}
	x := c.get()
	err := c.plan.decode(d, unsafe.Pointer(x.v))
	var v any
	if err == nil {
		v = *x.v
	}
	c.put(x, c.plan.keepsDecoded)
	return v, err
}

// get returns a cell with an empty value.
func (c *Codec[T]) get() *cell[T] {
	x, ok := c.cells.Get().(*cell[T])
	if !ok {
		x = new(cell[T])
	}
	if x.v == nil {
		x.v = new(T)
	}
	return x
}

// put empties the cell, so that it neither keeps a message alive nor leaks it into the next. A value
// that a method of the user may have kept a pointer into is not used again.
func (c *Codec[T]) put(x *cell[T], kept bool) {
	if kept {
		x.v = nil
	} else {
		var zero T
		*x.v = zero
	}
	x.d = decoder{}
	c.cells.Put(x)
}
