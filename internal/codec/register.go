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
	registering.Lock()
	defer registering.Unlock()
	old := registered.Load()
	if old.byType[reflect.TypeFor[T]()] != nil && old.byType[reflect.TypeFor[*T]()] != nil {
		return
	}
	r := &registry{maps.Clone(old.byType), maps.Clone(old.byName)}
	add[T](r)
	registered.Store(r)
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

// add puts T and *T into a registry that nobody else has yet.
func add[T any](r *registry) {
	addOne[T](r)
	addOne[*T](r)
}

func addOne[T any](r *registry) {
	c, err := For[T]()
	if err != nil {
		panic(err.Error())
	}
	t := c.plan.typ
	if r.byType[t] != nil {
		return
	}
	name := nameOf(t)
	if r.byName[name] != nil {
		panic(fmt.Sprintf("codec: two types have the name %s: rename one, or declare it outside of its function", name))
	}
	e := &entry{t, append(appendUvarint(nil, uint64(len(name))), name...), c.appendAny, c.decodeAny}
	r.byType[t], r.byName[name] = e, e
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
	r := &registry{map[reflect.Type]*entry{}, map[string]*entry{}}
	add[bool](r)
	add[int](r)
	add[int8](r)
	add[int16](r)
	add[int32](r)
	add[int64](r)
	add[uint](r)
	add[uint8](r)
	add[uint16](r)
	add[uint32](r)
	add[uint64](r)
	add[float32](r)
	add[float64](r)
	add[complex64](r)
	add[complex128](r)
	add[string](r)
	add[[]byte](r)
	add[[]string](r)
	add[[]any](r)
	add[map[string]string](r)
	add[map[string]any](r)
	add[struct{}](r)
	add[time.Time](r)
	add[time.Duration](r)
	registered.Store(r)
}
