package crdt

import (
	"maps"
	"slices"

	"github.com/7aca83c2/multinode/internal/codec"
	"github.com/7aca83c2/multinode/transport"
)

// GSet is a set that only grows.
type GSet[T comparable] struct{ elements map[T]struct{} }

var _ Value[GSet[int]] = GSet[int]{}

// Contains reports whether the element is in the set.
func (s GSet[T]) Contains(element T) bool {
	_, in := s.elements[element]
	return in
}

// Len returns how many elements there are.
func (s GSet[T]) Len() int { return len(s.elements) }

// Elements returns all elements, in any order.
func (s GSet[T]) Elements() []T {
	return slices.AppendSeq(make([]T, 0, len(s.elements)), maps.Keys(s.elements))
}

// Add returns the set with the elements added.
func (s GSet[T]) Add(elements ...T) GSet[T] {
	all := clone(s.elements)
	for _, e := range elements {
		all[e] = struct{}{}
	}
	return GSet[T]{all}
}

// Merge implements Value.
func (s GSet[T]) Merge(other GSet[T]) GSet[T] {
	return GSet[T]{union(s.elements, other.elements, func(in, _ struct{}) struct{} { return in })}
}

// Since implements Value.
func (s GSet[T]) Since(other GSet[T]) GSet[T] {
	d := map[T]struct{}{}
	for e := range s.elements {
		if !other.Contains(e) {
			d[e] = struct{}{}
		}
	}
	return GSet[T]{d}
}

// Prune returns the set: it does not know who added what.
func (s GSet[T]) Prune(transport.Address, uint64) GSet[T] { return s }

// AppendWire encodes the set.
func (s GSet[T]) AppendWire(buf []byte) ([]byte, error) { return codec.AppendAs(buf, tidy(s.elements)) }

// DecodeWire decodes what AppendWire wrote.
func (s *GSet[T]) DecodeWire(data []byte, env any) (err error) {
	s.elements, err = codec.DecodeAs[map[T]struct{}](data, env)
	return err
}
