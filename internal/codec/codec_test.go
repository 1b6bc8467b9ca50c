package codec

import (
	"bytes"
	"errors"
	"math"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// roundTrip sends v through the codec and returns what arrives.
func roundTrip[T any](t *testing.T, v T) T {
	t.Helper()
	data, err := AppendAs(nil, v)
	if err != nil {
		t.Fatalf("append: %v", err)
	}
	got, err := DecodeAs[T](data, nil)
	if err != nil {
		t.Fatalf("decode %x: %v", data, err)
	}
	return got
}

func same[T any](t *testing.T, v T) {
	t.Helper()
	if got := roundTrip(t, v); !reflect.DeepEqual(got, v) {
		t.Errorf("%#v arrived as %#v", v, got)
	}
}

func TestEveryKindArrivesAsItLeft(t *testing.T) {
	same(t, fullSink())
	same(t, sink{})
	same(t, math.Inf(-1))
	same(t, math.Copysign(0, -1))
	same(t, struct{}{})
	same(t, [0]int{})
	same[[]int](t, nil)
	same(t, []int{})
	same[[]byte](t, nil)
	same(t, []byte{})
	same[map[string]int](t, nil)
	same(t, map[string]int{})
	same(t, map[any]any{1: "a", "b": 2.5, true: nil})
	same[*int](t, nil)
	same[any](t, nil)
	same[error](t, nil)
	same[any](t, 5)
	same[any](t, ptr("pointer"))
	same[any](t, (*inner)(nil))
	same(t, []error{errors.New("a"), nil})
}

func TestIntegersAtTheirEdges(t *testing.T) {
	for shift := range 64 {
		for _, n := range []int64{1 << shift, -1 << shift, 1<<shift - 1, -(1 << shift) - 1} {
			same(t, n)
			same(t, uint64(n))
			same(t, int32(n))
			same(t, uint16(n))
		}
	}
}

func TestNaNArrives(t *testing.T) {
	if got := roundTrip(t, math.NaN()); !math.IsNaN(got) {
		t.Errorf("NaN arrived as %v", got)
	}
	if got := roundTrip(t, map[float64]int{math.NaN(): 1, math.Inf(1): 2}); len(got) != 2 {
		t.Errorf("a map with a NaN arrived as %v", got)
	}
}

func TestTimes(t *testing.T) {
	for _, at := range []time.Time{
		{},
		time.Unix(0, 1),
		time.Unix(-1, 999999999).UTC(),
		time.Date(-5000, 1, 1, 0, 0, 0, 0, time.UTC),
		time.Date(2024, 7, 1, 12, 0, 0, 123456789, time.FixedZone("CEST", 7200)),
		time.Date(2024, 7, 1, 12, 0, 0, 0, time.FixedZone("", -3*3600-1801)),
		time.Now(),
	} {
		got := roundTrip(t, at)
		if !got.Equal(at) || offsetOf(got) != offsetOf(at) {
			t.Errorf("%v arrived as %v", at, got)
		}
	}
	if got := roundTrip(t, time.Time{}); got != (time.Time{}) {
		t.Errorf("the zero time arrived as %#v", got)
	}
	if got := roundTrip(t, time.Now()); got.Location() != time.Local {
		t.Errorf("a local time arrived in %v", got.Location())
	}
}

func TestTimesFarFromUTCAreRefused(t *testing.T) {
	const want = "codec: time.Time: a time 90000 seconds from UTC cannot be encoded"
	_, err := AppendAs(nil, time.Unix(0, 0).In(time.FixedZone("", 90000)))
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestFormat(t *testing.T) {
	for _, c := range []struct {
		v    any
		want string
	}{
		{nil, "\x00"},
		{true, "\x04bool\x01"},
		{-1, "\x03int\x01"},
		{uint16(300), "\x06uint16\xac\x02"},
		{1.0, "\x07float64\x00\x00\x00\x00\x00\x00\xf0\x3f"},
		{complex64(1i), "\x09complex64\x00\x00\x00\x00\x00\x00\x80\x3f"},
		{"hi", "\x06string\x02hi"},
		{[]byte("hi"), "\x07[]uint8\x03hi"},
		{[]string{}, "\x08[]string\x01"},
		{map[string]string{"b": "2", "a": "1"}, "\x11map[string]string\x03\x01a\x011\x01b\x012"},
		{ptr(true), "\x05*bool\x01\x01"},
		{errors.New("no"), "\x05error\x02no"},
		{time.Unix(1, 2).UTC(), "\x09time.Time\x02\x02\x00"},
		{ref{Path: "p"}, "\x30github.com/7aca83c2/multinode/internal/codec.ref\x01p"},
		{struct{}{}, "\x09struct {}"},
	} {
		got, err := Append(nil, c.v)
		if err != nil || string(got) != c.want {
			t.Errorf("%#v is %q, %v; want %q", c.v, got, err, c.want)
		}
	}
}

func TestMapsAreSortedByTheirEncodedKeys(t *testing.T) {
	m := map[string]any{}
	for c := 'z'; c >= 'a'; c-- {
		m[string(c)] = map[string]any{"x": 1, "y": 2, "z": 3}
	}
	first, _ := Append(nil, m)
	for range 20 {
		if again, _ := Append([]byte("before"), m); !bytes.Equal(again[6:], first) {
			t.Fatalf("one map gave %q and %q", first, again)
		}
	}
	a, z := bytes.Index(first, []byte("\x01a\x17")), bytes.Index(first, []byte("\x01z\x17"))
	if a < 0 || z < a {
		t.Errorf("not sorted: %q", first)
	}
}

func TestDecodedValuesShareNoMemoryWithTheMessage(t *testing.T) {
	v := fullSink()
	data, _ := AppendAs(nil, v)
	got, err := DecodeAs[sink](data, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := range data {
		data[i] = 0xee
	}
	if !reflect.DeepEqual(got, v) {
		t.Error("overwriting the message changed the value")
	}
}

func TestAFailedAppendLeavesTheBufferAsItWas(t *testing.T) {
	buf := append(make([]byte, 0, 100), "before"...)
	for _, v := range []any{
		make(chan int),
		[]any{1, "two", make(chan int)},
		get{ReplyTo: ref{Path: "closed"}},
		map[string]any{"a": 1, "b": base{}},
	} {
		for _, add := range []func([]byte, any) ([]byte, error){Append, AppendAs[any]} {
			if got, err := add(buf, v); err == nil || string(got) != "before" {
				t.Errorf("%T: got %q, %v", v, got, err)
			}
		}
	}
}

func TestAppendKeepsWhatTheBufferHolds(t *testing.T) {
	got, _ := AppendAs([]byte("before"), "x")
	if string(got) != "before\x01x" {
		t.Errorf("got %q", got)
	}
}

func TestMessagesDoNotLeakIntoTheNext(t *testing.T) {
	type skips struct {
		Kept    string
		Skipped string `wire:"-"`
	}
	for range 10 {
		if got := roundTrip(t, skips{"kept", "skipped"}); got != (skips{Kept: "kept"}) {
			t.Fatalf("got %+v", got)
		}
	}
}

func TestManyGoroutines(t *testing.T) {
	type fresh struct{ S sink }
	want := fresh{fullSink()}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				if got := roundTrip(t, want); !reflect.DeepEqual(got, want) {
					t.Errorf("got %+v", got)
				}
			}
		})
	}
	wg.Wait()
}

func TestLongValues(t *testing.T) {
	same(t, strings.Repeat("long", 1<<16))
	same(t, slices.Repeat([]string{"a", ""}, 10000))
	for _, n := range []int{0, 126, 127, 128, 129, 16383, 16384, 16385, 1 << 20} {
		same(t, []ref{{Path: strings.Repeat("p", n)}, {Path: "next"}})
	}
}
