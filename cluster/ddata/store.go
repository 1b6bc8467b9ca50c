package ddata

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/internal/codec"
)

// store is what a node has.
type store struct {
	sys     *actor.System
	entries map[string]*entry
	sorted  []string // the keys but for those in fresh
	fresh   []string
	digest  uint64 // the sum of those of the entries
	changed map[string]bool
}

// entry is the value of a key. Equal values have equal bytes, and so equal digests.
type entry struct {
	kind    *kind
	value   any
	encoded []byte
	digest  uint64
	clean   string // lives of which it has no entries: see agent.prunable
}

func newStore(sys *actor.System) *store {
	return &store{sys: sys, entries: map[string]*entry{}, changed: map[string]bool{}}
}

// get returns the value of a key, which is the zero value if there is none.
func (s *store) get(key string, k *kind) (any, error) {
	e := s.entries[key]
	switch {
	case e == nil:
		return k.zero, nil
	case e.kind.typ != k.typ:
		return nil, fmt.Errorf("%w: it is a %s, not a %s", ErrType, e.kind.typ, k.typ)
	}
	return e.value, nil
}

// put sets the value of a key and reports whether that changes anything.
func (s *store) put(key string, k *kind, value any) (bool, error) {
	encoded, err := codec.Append(nil, value)
	if err != nil {
		return false, err
	}
	if len(encoded) > maxValue {
		return false, fmt.Errorf("%w: %d bytes, and at most %d can travel", ErrTooLarge, len(encoded), maxValue)
	}
	e := s.entries[key]
	if e == nil {
		e = &entry{kind: k}
		s.entries[key] = e
		s.fresh = append(s.fresh, key)
	} else if bytes.Equal(e.encoded, encoded) {
		return false, nil
	}
	s.digest -= e.digest
	e.value, e.encoded, e.digest, e.clean = value, encoded, digestOf(key, encoded), ""
	s.digest += e.digest
	s.changed[key] = true
	return true, nil
}

// merge takes in a value or delta of another node, and returns its own value, as it was,
// and the other one.
func (s *store) merge(it item) (old, other any, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("%w: %v", errMerge, v)
		}
	}()
	other, err = codec.Decode(it.Data, s.sys)
	if unknown := (*codec.UnknownTypeError)(nil); errors.As(err, &unknown) {
		return nil, nil, noKey(unknown.Name)
	}
	if err != nil {
		return nil, nil, err
	}
	k := loadKind(reflect.TypeOf(other))
	if k == nil {
		return nil, nil, noKey(fmt.Sprintf("%T", other))
	}
	old, err = s.get(it.Key, k)
	if err == nil {
		_, err = s.put(it.Key, k, k.merge(old, other))
	}
	return old, other, err
}

func noKey(typ string) error { return fmt.Errorf("no key of type %s was made on this node", typ) }

// items returns the whole values of those keys that there are.
func (s *store) items(keys []string) []item {
	var all []item
	for _, key := range keys {
		if e := s.entries[key]; e != nil {
			all = append(all, item{key, e.encoded})
		}
	}
	return all
}

// keys returns all keys, in order.
func (s *store) keys() []string {
	if len(s.fresh) > 0 {
		slices.Sort(s.fresh)
		all := make([]string, 0, len(s.entries)+len(s.entries)/8)
		s.sorted = slices.AppendSeq(all, union(s.sorted, s.fresh))
		s.fresh = s.fresh[:0]
	}
	return s.sorted
}

// within returns the keys of a span, in order.
func (s *store) within(sp span) []string {
	keys := s.keys()
	from, _ := slices.BinarySearch(keys, sp.From)
	to := len(keys)
	if sp.To != "" {
		to, _ = slices.BinarySearch(keys, sp.To)
	}
	return keys[from:max(from, to)]
}

// digests returns the digests of the first keys of a span, as many as go into a message,
// and the span of those.
func (s *store) digests(sp span) (map[string]uint64, span) {
	all, room := map[string]uint64{}, room{left: maxDigests}
	for _, key := range s.within(sp) {
		if !room.take(len(key) + 10) { // a varint has 10 bytes at most
			sp.To = key
			break
		}
		all[key] = s.entries[key].digest
	}
	return all, sp
}

// publish tells subscribers what has changed.
func (s *store) publish() {
	if len(s.changed) == 0 {
		return
	}
	for _, key := range slices.Sorted(maps.Keys(s.changed)) {
		e := s.entries[key]
		e.kind.publish(s.sys, key, e.value)
	}
	clear(s.changed)
}

// digestOf returns eight bytes of SHA-256, which make two values that differ unlikely to
// be taken for the same.
func digestOf(key string, encoded []byte) uint64 {
	h := sha256.New()
	h.Write(binary.AppendUvarint(nil, uint64(len(key))))
	h.Write([]byte(key))
	h.Write(encoded)
	return binary.LittleEndian.Uint64(h.Sum(nil))
}
