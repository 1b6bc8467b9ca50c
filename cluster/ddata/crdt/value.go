package crdt

import (
	"maps"

	"github.com/7aca83c2/multinode/transport"
)

// Value is what all types here have in common; V is the type itself.
type Value[V any] interface {
	// Merge returns the value that knows what both know. It is commutative, associative
	// and idempotent.
	Merge(other V) V
	// Since returns what this value knows and other does not: other merged with the
	// result is other merged with this value.
	Since(other V) V
	// Prune returns the value with the entries of all lives of the node at address, up to
	// the incarnation until, collapsed into one. What they write later is ignored. It
	// returns an equal value if there is no such entry. See the package comment for when
	// it may be called.
	Prune(address transport.Address, until uint64) V
}

// union returns the entries of both maps; join decides where both have one. It returns
// nil if there is none: equal values have equal bytes.
func union[K comparable, V any](a, b map[K]V, join func(V, V) V) map[K]V {
	if len(a)+len(b) == 0 {
		return nil
	}
	out := make(map[K]V, max(len(a), len(b)))
	maps.Copy(out, a)
	for k, v := range b {
		if old, both := out[k]; both {
			v = join(old, v)
		}
		out[k] = v
	}
	return out
}

// clone returns a copy that can be written to.
func clone[K comparable, V any](m map[K]V) map[K]V {
	out := make(map[K]V, len(m)+1)
	maps.Copy(out, m)
	return out
}

// tidy returns nil for an empty map.
func tidy[K comparable, V any](m map[K]V) map[K]V {
	if len(m) == 0 {
		return nil
	}
	return m
}

func larger(a, b uint64) uint64 { return max(a, b) }
