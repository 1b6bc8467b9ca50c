package codec

import (
	"bytes"
	"math/big"
	"reflect"
	"testing"
	"time"
)

// FuzzDecode decodes anything. What decodes has to encode, and mean the same then.
func FuzzDecode(f *testing.F) {
	for _, v := range []any{nil, fullSink(), &sink{}, ref{Path: "p"}, nested{tree{}}, []any{1, "x"}} {
		data, err := Append(nil, v)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		decodeAnything[any](t, data)
		decodeAnything[sink](t, data)
		decodeAnything[tree](t, data)
		decodeAnything[deep](t, data)
		decodeAnything[map[any]any](t, data)
		decodeAnything[[]error](t, data)
	})
}

func decodeAnything[T any](t *testing.T, data []byte) {
	v, err := DecodeAs[T](data, nil)
	if err != nil {
		return
	}
	once, err := AppendAs(nil, v)
	if err != nil {
		t.Fatalf("%#v was decoded, but: %v", v, err)
	}
	v, err = DecodeAs[T](once, nil)
	if err != nil {
		t.Fatalf("%x was encoded, but: %v", once, err)
	}
	if twice, _ := AppendAs(nil, v); !bytes.Equal(once, twice) {
		t.Fatalf("%x became %x", once, twice)
	}
}

// FuzzRoundTrip encodes values made of anything, and cuts the message at any place.
func FuzzRoundTrip(f *testing.F) {
	f.Add(int64(-1), "s", []byte("b"), 1.5, true)
	f.Add(int64(1)<<62, "", []byte{}, 0.0, false)
	f.Fuzz(func(t *testing.T, n int64, s string, b []byte, x float64, yes bool) {
		v := fullSink()
		v.I, v.I16, v.U64, v.Big, v.Took = int(n), int16(n), uint64(n), big.NewInt(n), time.Duration(n)
		v.S, v.Shared, v.Ref.Path = s, s, "/"+s
		v.Bytes, v.Any, v.F64, v.Bool = b, []any{s, b, n, yes}, x, yes
		v.Map = map[string]int{s: int(n), s + "x": 1, "y" + s: 2}
		data, err := AppendAs(nil, v)
		if err != nil {
			t.Fatal(err)
		}
		got, err := DecodeAs[sink](data, nil)
		if err != nil || x == x && !reflect.DeepEqual(got, v) {
			t.Fatalf("%+v\narrived as\n%+v, %v", v, got, err)
		}
		cut := int(uint64(n) % uint64(len(data)))
		if _, err := DecodeAs[sink](data[:cut], nil); err == nil {
			t.Fatalf("the first %d of %d bytes were enough", cut, len(data))
		}
	})
}
