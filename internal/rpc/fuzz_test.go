package rpc

import (
	"bufio"
	"bytes"
	"io"
	"testing"
)

func FuzzReadMessage(f *testing.F) {
	good := appendMessage(nil, message{kindCall, 7, "method", []byte("body")})
	f.Add(good)
	f.Add(good[:len(good)-1])
	f.Add(append(bytes.Clone(good), good...))
	f.Add([]byte{0xff, 0xff, 0xff, 0x03, 1})
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		r := bufio.NewReader(bytes.NewReader(data))
		var again []byte
		for {
			m, err := readMessage(r)
			if err == io.EOF {
				if !bytes.Equal(again, data) {
					t.Errorf("read %x\n out of %x", again, data)
				}
				return
			}
			if err != nil {
				return
			}
			again = appendMessage(again, m)
		}
	})
}
