package crdt

import (
	"github.com/7aca83c2/multinode/internal/codec"
	"github.com/7aca83c2/multinode/transport"
)

// ORSet is a set. Remove takes out what its caller has seen: of an Add and a Remove that
// have not seen each other, the Add wins.
type ORSet[T comparable] struct{ state causal[T] }

var _ Value[ORSet[int]] = ORSet[int]{}

// Contains reports whether the element is in the set. It looks at all elements.
func (s ORSet[T]) Contains(element T) bool {
	for _, e := range s.state.Entries {
		if e == element {
			return true
		}
	}
	return false
}

// Len returns how many elements there are.
func (s ORSet[T]) Len() int { return len(s.Elements()) }

// Elements returns all elements, in an order that is the same for equal sets.
func (s ORSet[T]) Elements() []T {
	return distinct(s.state, func(e T) T { return e })
}

// Add returns the set with the elements added by self.
func (s ORSet[T]) Add(self Replica, elements ...T) ORSet[T] {
	for _, element := range elements {
		s.state = s.state.replace(self, func(_ dot, e T) bool { return e == element }, element)
	}
	return s
}

// Remove returns the set without the elements.
func (s ORSet[T]) Remove(elements ...T) ORSet[T] {
	gone := make(map[T]bool, len(elements))
	for _, e := range elements {
		gone[e] = true
	}
	return ORSet[T]{s.state.without(func(_ dot, e T) bool { return gone[e] })}
}

// Merge implements Value.
func (s ORSet[T]) Merge(other ORSet[T]) ORSet[T] { return ORSet[T]{s.state.merge(other.state)} }

// Since implements Value.
func (s ORSet[T]) Since(other ORSet[T]) ORSet[T] { return ORSet[T]{s.state.since(other.state)} }

// Prune implements Value. The elements stay.
func (s ORSet[T]) Prune(address transport.Address, until uint64) ORSet[T] {
	return ORSet[T]{s.state.prune(address, until)}
}

// AppendWire encodes the set.
func (s ORSet[T]) AppendWire(buf []byte) ([]byte, error) { return codec.AppendAs(buf, s.state.tidy()) }

// DecodeWire decodes what AppendWire wrote.
func (s *ORSet[T]) DecodeWire(data []byte, env any) (err error) {
	s.state, err = codec.DecodeAs[causal[T]](data, env)
	return err
}
