package codec

import (
	"bytes"
	"slices"
	"strings"
	"testing"
)

type deepMap map[int]deepMap

const tooDeep = "nested more than 10000 deep: does the value contain itself?"

func wantTooDeep(t *testing.T, name string, err error) {
	t.Helper()
	if err == nil || !strings.HasSuffix(err.Error(), tooDeep) {
		t.Errorf("%s: got %v, want that it is %s", name, err, tooDeep)
	}
}

func TestValuesThatContainThemselvesAreRefused(t *testing.T) {
	l := &list{}
	l.Next = l
	_, err := AppendAs(nil, l)
	wantTooDeep(t, "pointer", err)

	s := deep{nil}
	s[0] = s
	_, err = AppendAs(nil, s)
	wantTooDeep(t, "slice", err)

	m := deepMap{}
	m[1] = m
	_, err = AppendAs(nil, m)
	wantTooDeep(t, "map", err)

	a := make([]any, 1)
	a[0] = a
	_, err = AppendAs[any](nil, a)
	wantTooDeep(t, "interface", err)
}

func TestMessagesThatNestTooDeepAreRefused(t *testing.T) {
	const n = 1_000_000
	_, err := DecodeAs[*list](bytes.Repeat([]byte{1, 0}, n), nil)
	wantTooDeep(t, "pointer", err)
	_, err = DecodeAs[deep](bytes.Repeat([]byte{2}, n), nil)
	wantTooDeep(t, "slice", err)
	_, err = DecodeAs[deepMap](bytes.Repeat([]byte{2, 0}, n), nil)
	wantTooDeep(t, "map", err)
	_, err = Decode(bytes.Repeat([]byte("\x0e[]interface {}\x02"), n), nil)
	wantTooDeep(t, "interface", err)
}

func TestTheDeepestValueTravels(t *testing.T) {
	var l *list
	for range maxDepth {
		l = &list{Next: l}
	}
	data, err := AppendAs(nil, l)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := DecodeAs[*list](data, nil); err != nil {
		t.Error(err)
	}
	_, err = AppendAs(nil, &list{Next: l})
	wantTooDeep(t, "one more", err)
}

func TestDepthIsCountedAlongOneWay(t *testing.T) {
	wide := make([]any, 3*maxDepth)
	for i := range wide {
		wide[i] = &inner{}
	}
	if got := roundTrip(t, wide); len(got) != len(wide) {
		t.Errorf("got %d elements", len(got))
	}
	maps := make([]deepMap, 3*maxDepth)
	for i := range maps {
		maps[i] = deepMap{}
	}
	roundTrip(t, maps)
	roundTrip(t, slices.Repeat([]deep{{}}, 3*maxDepth))
}

func TestAKeyThatCannotBeComparedIsRefused(t *testing.T) {
	data := []byte("\x02\x07[]uint8\x01\x00") // map[any]any{[]byte{}: nil}
	const want = "codec: map[interface {}]interface {}: the key of a map holds a value that cannot be compared"
	if _, err := DecodeAs[map[any]any](data, nil); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
