package ddata

import (
	"fmt"
	"reflect"
	"sync"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster/ddata/crdt"
	"github.com/7aca83c2/multinode/internal/codec"
	"github.com/7aca83c2/multinode/transport"
)

// Key names a value of type T. The same key is the same value on every node.
type Key[T crdt.Value[T]] struct{ name string }

// NewKey returns the key of that name. Make keys in package variables: a node can only
// keep values of types of which it has made a key. It panics if T cannot be encoded.
func NewKey[T crdt.Value[T]](name string) Key[T] {
	codec.Register[T]()
	if loadKind(reflect.TypeFor[T]()) == nil {
		nothing, err := codec.Append(nil, *new(T))
		if err != nil {
			panic(fmt.Sprintf("ddata: key %q: its values cannot travel between nodes: %v", name, err))
		}
		kinds.LoadOrStore(reflect.TypeFor[T](), makeKind[T](nothing))
	}
	return Key[T]{name}
}

// Name returns the name.
func (k Key[T]) Name() string { return k.name }

// String returns the name.
func (k Key[T]) String() string { return k.name }

// kind is what the replicator can do with values of a type that it does not know.
type kind struct {
	typ          reflect.Type
	zero         any
	nothing      []byte // what zero is encoded as
	merge, since func(a, b any) any
	prune        func(v any, address transport.Address, until uint64) any
	publish      func(sys *actor.System, name string, v any)
}

// kinds has those of all keys that were made in this process, by type.
var kinds sync.Map

func makeKind[T crdt.Value[T]](nothing []byte) *kind {
	return &kind{
		typ:     reflect.TypeFor[T](),
		zero:    *new(T),
		nothing: nothing,
		merge:   func(a, b any) any { return a.(T).Merge(b.(T)) },
		since:   func(a, b any) any { return a.(T).Since(b.(T)) },
		prune:   func(v any, address transport.Address, until uint64) any { return v.(T).Prune(address, until) },
		publish: func(sys *actor.System, name string, v any) {
			actor.Publish(sys, Changed[T]{Key[T]{name}, v.(T)})
		},
	}
}

// loadKind returns the kind of a type, or nil if no key of it was made.
func loadKind(t reflect.Type) *kind {
	k, ok := kinds.Load(t)
	if !ok {
		return nil
	}
	return k.(*kind)
}
