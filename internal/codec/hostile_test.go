package codec

import (
	"runtime"
	"testing"
	"time"
)

// TestEveryCutIsNoticed cuts a message with everything in it after each byte.
func TestEveryCutIsNoticed(t *testing.T) {
	data, err := Append(nil, fullSink())
	if err != nil {
		t.Fatal(err)
	}
	for n := range data {
		if v, err := Decode(data[:n], nil); err == nil {
			t.Errorf("%d of %d bytes were enough for %+v", n, len(data), v)
		}
	}
}

// TestNoBytePanics puts values at the edges into each byte of the message.
func TestNoBytePanics(t *testing.T) {
	data, err := AppendAs(nil, fullSink())
	if err != nil {
		t.Fatal(err)
	}
	for n, was := range data {
		for _, b := range []byte{0, 1, 2, 0x7f, 0x80, 0xff, was ^ 1, was + 1} {
			data[n] = b
			decodeAnything[sink](t, data)
		}
		data[n] = was
	}
}

// TestShortMessages cuts values of a fixed size out of a longer buffer, where the missing bytes are in
// reach.
func TestShortMessages(t *testing.T) {
	data := make([]byte, 20)
	for name, err := range map[string]error{
		"bool":      errorOf[bool](data[:0]),
		"int8":      errorOf[int8](data[:0]),
		"int":       errorOf[int](data[:0]),
		"float64":   errorOf[float64](data[:7]),
		"complex64": errorOf[complex64](data[:4]),
		"[4]uint8":  errorOf[[4]byte](data[:3]),
		"*int":      errorOf[*int](data[:0]),
		"time.Time": errorOf[time.Time](data[:2]),
		"codec.ref": errorOf[ref](data[:0]),
	} {
		if want := "codec: " + name + ": the message ends early"; err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func errorOf[T any](data []byte) error {
	_, err := DecodeAs[T](data, nil)
	return err
}

type deep []deep

type fat struct {
	Next *fat
	Pad  [1 << 17]int
}

// TestHostileLengthsAllocateLittle sends messages that claim to be large.
func TestHostileLengthsAllocateLittle(t *testing.T) {
	nest := make([]byte, 8000) // each level claims most of what is left
	for i := 0; i < len(nest); i += 2 {
		n := (len(nest) - i) / 2
		nest[i], nest[i+1] = byte(n)|0x80, byte(n>>7)
	}
	ones := make([]byte, 5000)
	for i := range ones {
		ones[i] = 1
	}
	huge := []byte("\xff\xff\xff\xff\xff\xff\xff\xff\x7f")
	Register[fat]()
	for _, c := range []struct {
		name string
		f    func() error
	}{
		{"string", func() error { _, err := DecodeAs[string](huge, nil); return err }},
		{"bytes", func() error { _, err := DecodeAs[[]byte](huge, nil); return err }},
		{"slice", func() error { _, err := DecodeAs[[]string](huge, nil); return err }},
		{"units", func() error { _, err := DecodeAs[[]struct{}](huge, nil); return err }},
		{"map", func() error { _, err := DecodeAs[map[int]int](huge, nil); return err }},
		{"map of units", func() error { _, err := DecodeAs[map[struct{}]struct{}](huge, nil); return err }},
		{"slices in slices", func() error { _, err := DecodeAs[deep](nest, nil); return err }},
		{"a large struct for each byte", func() error { _, err := DecodeAs[*fat](ones, nil); return err }},
		{"a large struct in a box", func() error {
			_, err := Decode(append([]byte("\x30github.com/7aca83c2/multinode/internal/codec.fat"), 1, 1), nil)
			return err
		}},
	} {
		if _, err := AppendAs(nil, 0); err != nil {
			t.Fatal(err)
		}
		_ = c.f() // makes the plan
		if err, got := c.f(), allocated(func() { _ = c.f() }); err == nil || got > 1<<19 {
			t.Errorf("%s: %v, having allocated %d bytes", c.name, err, got)
		}
	}
}

// allocated returns how many bytes f allocates.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}
