package crdt

import (
	"github.com/7aca83c2/multinode/internal/codec"
	"github.com/7aca83c2/multinode/transport"
)

// ORMap has values by key, each of which is a Value of its own, other than an ORMap. Remove
// takes out what its caller has seen: an Update that it has not seen stays, with all that
// the same node had put under the key before.
//
// Prune shortens what the map has seen. What a node that is gone has put under a key
// becomes part of the next Update of that key, and stays with it.
type ORMap[K comparable, V Value[V]] struct{ state causal[part[K, V]] }

var _ Value[ORMap[string, PNCounter]] = ORMap[string, PNCounter]{}

// part is what one replica has put under a key. All parts merged are the key's value.
type part[K comparable, V any] struct {
	Key   K
	Epoch uint64
	Value V
}

// Get returns the value of a key, or the zero value and false.
func (m ORMap[K, V]) Get(key K) (value V, found bool) {
	for _, p := range m.state.Entries {
		if p.Key == key {
			value, found = value.Merge(p.Value), true
		}
	}
	return value, found
}

// Len returns how many keys there are.
func (m ORMap[K, V]) Len() int { return len(m.Keys()) }

// Keys returns all keys, in an order that is the same for equal maps.
func (m ORMap[K, V]) Keys() []K {
	return distinct(m.state, func(p part[K, V]) K { return p.Key })
}

// Update returns the map with what change makes of the value of a key, which is the zero
// value for a new one. The change must be made in the name of the Replica that is
// handed to it: self in an epoch that began when self first put something under the key,
// or did so again after it was removed.
func (m ORMap[K, V]) Update(self Replica, key K, change func(as Replica, old V) V) ORMap[K, V] {
	own := part[K, V]{Key: key, Epoch: m.state.Seen.next(self).N}
	var old V
	absorbed := map[dot]bool{}
	for d, p := range m.state.Entries {
		if p.Key != key {
			continue
		}
		old = old.Merge(p.Value)
		if d.By == self {
			own.Epoch = min(own.Epoch, p.Epoch)
		}
		if d.By == self || m.state.Seen.pruned(d.By) {
			own.Value = own.Value.Merge(p.Value)
			absorbed[d] = true
		}
	}
	as := Replica{self.Address, self.Incarnation, own.Epoch}
	own.Value = own.Value.Merge(change(as, old).Since(old))
	return ORMap[K, V]{m.state.replace(self, func(d dot, _ part[K, V]) bool { return absorbed[d] }, own)}
}

// Remove returns the map without the keys.
func (m ORMap[K, V]) Remove(keys ...K) ORMap[K, V] {
	gone := make(map[K]bool, len(keys))
	for _, k := range keys {
		gone[k] = true
	}
	return ORMap[K, V]{m.state.without(func(_ dot, p part[K, V]) bool { return gone[p.Key] })}
}

// Merge implements Value.
func (m ORMap[K, V]) Merge(other ORMap[K, V]) ORMap[K, V] {
	return ORMap[K, V]{m.state.merge(other.state)}
}

// Since implements Value.
func (m ORMap[K, V]) Since(other ORMap[K, V]) ORMap[K, V] {
	return ORMap[K, V]{m.state.since(other.state)}
}

// Prune implements Value, with the limits that the comment of the type names.
func (m ORMap[K, V]) Prune(address transport.Address, until uint64) ORMap[K, V] {
	return ORMap[K, V]{m.state.prune(address, until)}
}

// AppendWire encodes the map.
func (m ORMap[K, V]) AppendWire(buf []byte) ([]byte, error) {
	return codec.AppendAs(buf, m.state.tidy())
}

// DecodeWire decodes what AppendWire wrote.
func (m *ORMap[K, V]) DecodeWire(data []byte, env any) (err error) {
	m.state, err = codec.DecodeAs[causal[part[K, V]]](data, env)
	return err
}
