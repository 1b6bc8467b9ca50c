package codec

import (
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
