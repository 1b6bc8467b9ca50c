package ddata

import (
	"maps"
	"slices"

	"github.com/7aca83c2/multinode/internal/codec"
)

// postpone adds a delta to those that the next flush sends.
func (a *agent) postpone(key string, k *kind, delta any) {
	if waiting, ok := a.pending[key]; ok {
		delta = k.merge(waiting, delta)
	}
	a.pending[key] = delta
}

// flush sends all peers what has changed here since the last one.
func (a *agent) flush() {
	a.flushing = false
	var items []item
	room := room{left: maxPiece}
	for _, key := range slices.Sorted(maps.Keys(a.pending)) {
		data, err := codec.Append(nil, a.pending[key])
		if err != nil {
			a.log.Warn("cannot send what has changed", "key", key, "error", err)
			continue
		}
		if !room.take(len(key) + len(data)) {
			a.tellAll(message{Kind: change, Items: items})
			items, room.left = nil, maxPiece-len(data)
		}
		items = append(items, item{key, data})
	}
	clear(a.pending)
	if len(items) > 0 {
		a.tellAll(message{Kind: change, Items: items})
	}
}
