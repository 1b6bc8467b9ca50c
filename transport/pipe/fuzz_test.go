package pipe

import (
	"bytes"
	"io"
	"testing"
	"testing/iotest"

	"github.com/7aca83c2/multinode/transport"
)

func FuzzFrameReader(f *testing.F) {
	good := transport.AppendFrame(appendMarker(nil, 1), "peer", []byte("payload"))
	f.Add(good)
	f.Add(good[:len(good)-1])
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 1})
	f.Add([]byte{1, 1, 1, 1, 1, 1})
	f.Fuzz(func(t *testing.T, data []byte) {
		whole, wholeErr := readAll(bytes.NewReader(data))
		bit, bitErr := readAll(iotest.OneByteReader(bytes.NewReader(data)))
		if !bytes.Equal(whole, bit) || (wholeErr == nil) != (bitErr == nil) {
			t.Errorf("read %x (%v) at once, %x (%v) byte by byte", whole, wholeErr, bit, bitErr)
		}
		if !bytes.HasPrefix(data, whole) || wholeErr == nil && len(whole) != len(data) {
			t.Errorf("read %x (%v) out of %x", whole, wholeErr, data)
		}
	})
}

// readAll reads frames and returns them encoded anew.
func readAll(r io.Reader) (all []byte, err error) {
	frames := &frameReader{r: r, buf: make([]byte, 16)}
	for {
		if err := frames.fill(); err == io.EOF {
			return all, nil
		} else if err != nil {
			return all, err
		}
		for {
			peer, payload, ok, err := frames.next()
			if err != nil {
				return all, err
			}
			if !ok {
				break
			}
			all = transport.AppendFrame(all, transport.Address(peer), payload)
		}
	}
}
