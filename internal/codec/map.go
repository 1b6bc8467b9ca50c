package codec

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"unsafe"
)

var errUnhashable = errors.New("the key of a map holds a value that cannot be compared")

// A mapPlan is the part of a map's plan that its methods share.
type mapPlan struct {
	typ       reflect.Type
	key, elem *plan
}

// A span is where an encoded key and value lie in a buffer.
type span struct{ key, elem, end int }

func (c compiler) fillMap(pl *plan) error {
	key, err := c.plan(pl.typ.Key())
	if err != nil {
		return at(err, "[key]")
	}
	elem, err := c.plan(pl.typ.Elem())
	if err != nil {
		return at(err, "[]")
	}
	m := &mapPlan{pl.typ, key, elem}
	pl.append, pl.decode = m.append, m.decode
	return nil
}

// size returns the fewest bytes that an entry takes.
func (m *mapPlan) size() int { return max(m.key.min+m.elem.min, 1) }

// padded says that entries take a zero byte, having nothing else.
func (m *mapPlan) padded() bool { return m.key.min+m.elem.min == 0 }

func (m *mapPlan) append(buf []byte, p unsafe.Pointer, depth int) ([]byte, error) {
	v := reflect.NewAt(m.typ, p).Elem()
	if v.IsNil() {
		return append(buf, 0), nil
	}
	if depth == 0 {
		return buf, errDeep
	}
	buf = appendUvarint(buf, uint64(v.Len())+1)
	spans := make([]span, 0, v.Len())
	key, elem := reflect.New(m.key.typ), reflect.New(m.elem.typ)
	for it := v.MapRange(); it.Next(); {
		key.Elem().SetIterKey(it)
		elem.Elem().SetIterValue(it)
		s := span{key: len(buf)}
		var err error
		if buf, err = m.key.append(buf, key.UnsafePointer(), depth-1); err != nil {
			return buf, at(err, "[key]")
		}
		s.elem = len(buf)
		if buf, err = m.elem.append(buf, elem.UnsafePointer(), depth-1); err != nil {
			return buf, at(err, keyStep(key.Elem()))
		}
		if m.padded() {
			buf = append(buf, 0)
		}
		s.end = len(buf)
		spans = append(spans, s)
	}
	return sortSpans(buf, spans), nil
}

// sortSpans puts the spans, which end buf, into the order of their keys.
func sortSpans(buf []byte, spans []span) []byte {
	byKey := func(a, b span) int {
		return bytes.Compare(buf[a.key:a.elem], buf[b.key:b.elem])
	}
	if slices.IsSortedFunc(spans, byKey) {
		return buf
	}
	start := spans[0].key
	slices.SortFunc(spans, byKey)
	sorted := make([]byte, 0, len(buf)-start)
	for _, s := range spans {
		sorted = append(sorted, buf[s.key:s.end]...)
	}
	return append(buf[:start], sorted...)
}

func (m *mapPlan) decode(d *decoder, p unsafe.Pointer) error {
	n, err := d.count(m.size())
	if err != nil || n < 0 {
		return err
	}
	if err := d.enter(); err != nil {
		return err
	}
	v := reflect.MakeMapWithSize(m.typ, n)
	d.owed += n * m.size()
	for range n {
		if err := m.decodeEntry(d, v); err != nil {
			return err
		}
	}
	d.depth--
	reflect.NewAt(m.typ, p).Elem().Set(v)
	return nil
}

func (m *mapPlan) decodeEntry(d *decoder, into reflect.Value) error {
	key, elem := reflect.New(m.key.typ), reflect.New(m.elem.typ)
	d.owed -= m.size() - m.elem.min
	if err := m.key.decode(d, key.UnsafePointer()); err != nil {
		return at(err, "[key]")
	}
	if !key.Elem().Comparable() {
		return errUnhashable
	}
	d.owed -= m.elem.min
	if err := m.elem.decode(d, elem.UnsafePointer()); err != nil {
		return at(err, keyStep(key.Elem()))
	}
	if m.padded() {
		if _, err := d.byte(); err != nil {
			return err
		}
	}
	into.SetMapIndex(key.Elem(), elem.Elem())
	return nil
}

// keyStep is the step to the value of a key, in a path. Long keys are cut.
func keyStep(key reflect.Value) string {
	return fmt.Sprintf("[%.40s]", fmt.Sprintf("%#v", key))
}
