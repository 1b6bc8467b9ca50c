package codec

import (
	"fmt"
	"reflect"
	"sync"
	"unsafe"
)

// maxDepth is how deep pointers, slices, maps and interfaces may nest. It is the limit of
// encoding/json, and keeps the stack below ten megabytes.
const maxDepth = 10_000

// A plan says how values of one type are encoded and decoded. It is made once for each type, so that
// the work at run time is a walk over function pointers and offsets.
//
// Its functions work on the memory at p, which holds a value of typ and is on the heap.
type plan struct {
	typ    reflect.Type
	append func(buf []byte, p unsafe.Pointer, depth int) ([]byte, error)
	decode func(d *decoder, p unsafe.Pointer) error

	min    int     // the fewest bytes that a value takes; 0 means that every value takes none
	octet  bool    // a value is one byte, the same in memory as in the message
	fields []field // of a struct that does not encode itself

	// A method of the value, not reached over a pointer, is given the address p and may keep it.
	keepsEncoded, keepsDecoded bool
}

// plans holds the *plan of each reflect.Type seen so far.
var plans sync.Map

// Check returns nil if values of type t can be encoded, or else an error that names the type and the
// path to the field that stands in the way. What an interface will hold, Check cannot know.
func Check(t reflect.Type) error {
	_, err := planOf(t)
	return err
}

func planOf(t reflect.Type) (*plan, error) {
	if pl, ok := plans.Load(t); ok {
		return pl.(*plan), nil
	}
	pl, err := compile(t)
	if err != nil {
		return nil, inType(err, t)
	}
	return pl, nil
}

// compile makes the plan of t. Its error does not end in a type yet.
func compile(t reflect.Type) (*plan, error) {
	made := compiler{}
	pl, err := made.plan(t)
	if err != nil {
		return nil, err
	}
	for t, pl := range made {
		plans.LoadOrStore(t, pl)
	}
	return pl, nil
}

// A compiler holds the plans made on behalf of one type, those still unfinished included: a type that
// contains itself finds its own plan there. All become public together, or none.
type compiler map[reflect.Type]*plan

func (c compiler) plan(t reflect.Type) (*plan, error) {
	if pl, ok := c[t]; ok {
		return pl, nil
	}
	pl := &plan{typ: t, min: 1}
	c[t] = pl
	return pl, c.fill(pl)
}

func (c compiler) fill(pl *plan) error {
	if done, err := selfEncoded(pl); done || err != nil {
		return err
	}
	switch pl.typ.Kind() {
	case reflect.Slice:
		return c.fillSlice(pl)
	case reflect.Array:
		return c.fillArray(pl)
	case reflect.Map:
		return c.fillMap(pl)
	case reflect.Struct:
		return c.fillStruct(pl)
	case reflect.Pointer:
		return c.fillPointer(pl)
	case reflect.Interface:
		fillInterface(pl)
	case reflect.String:
		pl.append, pl.decode = appendString, decodeString
	default:
		if !fillScalar(pl) {
			return fmt.Errorf("%s cannot be encoded", pl.typ)
		}
	}
	return nil
}
