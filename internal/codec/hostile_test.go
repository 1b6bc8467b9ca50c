package codec

import "testing"

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
