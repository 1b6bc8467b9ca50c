package codec

import (
	"fmt"
	"maps"
	"reflect"
	"sync"
	"sync/atomic"
	"time"
)

// An entry is a registered type.
type entry struct {
	typ    reflect.Type
	prefix []byte // its name, as it stands in a message
	append func(buf []byte, v any, depth int) ([]byte, error)
	decode func(d *decoder) (any, error)
}

// A registry is never changed, only replaced, so that messages are encoded without a lock.
type registry struct {
	byType map[reflect.Type]*entry
	byName map[string]*entry
}

var (
	registering sync.Mutex
	registered  atomic.Pointer[registry]
)

// Register lets T and *T travel inside an interface, under the import path and the name of T. Doing it
// again does nothing. It panics if T cannot be encoded, and if another type has its name: that can only
// happen to types declared inside functions.
func Register[T any]() {
	if t := reflect.TypeFor[T](); t.Kind() == reflect.Interface {
		panic(fmt.Sprintf("codec: %s is an interface: register the types that it holds", t))
	}
	register[T]()
	register[*T]()
}

// Append appends v and the name of its type, which must be registered, or an error, or nil. On an error
// it returns buf as it was.
func Append(buf []byte, v any) ([]byte, error) {
	out, err := appendDynamic(buf, v, true, maxDepth)
	if err != nil {
		return buf, inType(err, reflect.TypeFor[any]())
	}
	return out, nil
}

// Decode decodes what [Append] appended, and nothing else: bytes that are missing or left over are an
// error. Types with a DecodeWire method are given env.
func Decode(data []byte, env any) (any, error) {
	return DecodeAs[any](data, env)
}

func register[T any]() {
	c, err := For[T]()
	if err != nil {
		panic(err.Error())
	}
	registering.Lock()
	defer registering.Unlock()

	t, old := c.plan.typ, registered.Load()
	if old.byType[t] != nil {
		return
	}
	name := nameOf(t)
	if e := old.byName[name]; e != nil {
		panic(fmt.Sprintf("codec: two types have the name %s: rename one, or declare it outside of its function", name))
	}
	e := &entry{t, append(appendUvarint(nil, uint64(len(name))), name...), c.appendAny, c.decodeAny}
	r := &registry{maps.Clone(old.byType), maps.Clone(old.byName)}
	r.byType[t], r.byName[name] = e, e
	registered.Store(r)
}

// nameOf returns the name of t with its whole import path, where reflect's own String has only the last
// part of it.
func nameOf(t reflect.Type) string {
	switch {
	case t.PkgPath() != "":
		return t.PkgPath() + "." + t.Name()
	case t.Name() != "":
		return t.Name()
	}
	switch t.Kind() {
	case reflect.Pointer:
		return "*" + nameOf(t.Elem())
	case reflect.Slice:
		return "[]" + nameOf(t.Elem())
	case reflect.Array:
		return fmt.Sprintf("[%d]%s", t.Len(), nameOf(t.Elem()))
	case reflect.Map:
		return "map[" + nameOf(t.Key()) + "]" + nameOf(t.Elem())
	}
	return t.String()
}

// The types that nobody should have to register.
func init() {
	registered.Store(&registry{map[reflect.Type]*entry{}, map[string]*entry{}})
	Register[bool]()
	Register[int]()
	Register[int8]()
	Register[int16]()
	Register[int32]()
	Register[int64]()
	Register[uint]()
	Register[uint8]()
	Register[uint16]()
	Register[uint32]()
	Register[uint64]()
	Register[float32]()
	Register[float64]()
	Register[complex64]()
	Register[complex128]()
	Register[string]()
	Register[[]byte]()
	Register[[]string]()
	Register[[]any]()
	Register[map[string]string]()
	Register[map[string]any]()
	Register[struct{}]()
	Register[time.Time]()
	Register[time.Duration]()
}
