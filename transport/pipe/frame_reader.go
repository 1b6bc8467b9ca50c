package pipe

import (
	"encoding/binary"
	"fmt"
	"io"

	"github.com/7aca83c2/multinode/transport"
)

// chunk is the size, in bytes, of a read buffer that no long frame has stretched: a
// whole pipe fits.
const chunk = 1 << 20

// frameReader takes a stream apart into frames, and trusts none of it.
type frameReader struct {
	r          io.Reader
	buf        []byte
	start, end int // what is read and not yet returned
}

func newFrameReader(r io.Reader) *frameReader {
	return &frameReader{r: r, buf: make([]byte, chunk)}
}

// next returns the next frame if it has been read whole, and otherwise ok == false;
// fill then reads more. A marker has no peer. Both slices are valid until fill.
func (f *frameReader) next() (peer, payload []byte, ok bool, err error) {
	rest := f.buf[f.start:f.end]
	if len(rest) <= transport.FrameLengthSize {
		return nil, nil, false, nil
	}
	length := int(binary.LittleEndian.Uint32(rest))
	n := int(rest[transport.FrameLengthSize])
	size := length - 1 - n // of the payload
	if size < 0 || size > transport.MaxPayload || n == 0 && size != markerSize {
		return nil, nil, false, badFrame(length, n)
	}
	if len(rest) < transport.FrameLengthSize+length {
		return nil, nil, false, nil
	}
	body := rest[transport.FrameLengthSize+1 : transport.FrameLengthSize+length]
	f.start += transport.FrameLengthSize + length
	return body[:n], body[n:], true, nil
}

// badFrame says what is wrong with a frame of this length, whose address states n
// bytes.
func badFrame(length, n int) error {
	switch size := length - 1 - n; {
	case length < 1 || length > transport.MaxFrame:
		return fmt.Errorf("a frame states a length of %d bytes, not 1 to %d", uint32(length), transport.MaxFrame)
	case size < 0:
		return fmt.Errorf("a frame of %d bytes states an address of %d", length, n)
	case n == 0:
		return fmt.Errorf("a frame of %d bytes has no address, and a marker has %d", length, 1+markerSize)
	default:
		return fmt.Errorf("a frame of %d bytes carries %d, more than %d", length, size, transport.MaxPayload)
	}
}

// fill reads once. It returns io.EOF at the end of a stream that ends with a whole
// frame.
func (f *frameReader) fill() error {
	f.makeRoom()
	n, err := f.r.Read(f.buf[f.end:])
	f.end += n
	if n > 0 {
		return nil // an error will come again
	}
	if err == io.EOF && f.start < f.end {
		return fmt.Errorf("a frame is cut off after %d bytes: %w", f.end-f.start, io.ErrUnexpectedEOF)
	}
	return err
}

// makeRoom moves what is left to the front. A buffer that is full with one frame
// doubles, so that a length is trusted only with as much memory as has arrived.
func (f *frameReader) makeRoom() {
	left := f.end - f.start
	switch {
	case left == 0 && len(f.buf) > chunk:
		f.buf = make([]byte, chunk)
	case left == len(f.buf):
		f.buf = append(f.buf, make([]byte, len(f.buf))...)
	case f.start > 0:
		copy(f.buf, f.buf[f.start:f.end])
	}
	f.start, f.end = 0, left
}
