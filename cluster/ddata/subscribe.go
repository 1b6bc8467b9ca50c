package ddata

import (
	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster/ddata/crdt"
)

// Changed is published on the event stream of the node's actor system each time that the
// node's value of a key has changed, whoever changed it. Of changes that come in one
// message only the result is published. Use actor.SubscribeRef to have an actor told.
type Changed[T crdt.Value[T]] struct {
	Key   Key[T]
	Value T
}

// Subscribe has f called with each new value of the key on this node, until cancel is
// called. The replicator calls f, so it must not block. The value that is there already
// does not come: Get it after Subscribe has returned.
func Subscribe[T crdt.Value[T]](r *Replicator, key Key[T], f func(T)) (cancel func()) {
	return actor.Subscribe(r.sys, func(e Changed[T]) {
		if e.Key == key {
			f(e.Value)
		}
	})
}
