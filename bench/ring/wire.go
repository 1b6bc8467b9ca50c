package ring

import (
	"io"
	"time"

	"github.com/7aca83c2/multinode/transport"
)

// Load is what a process sends to the next.
type Load struct {
	Frames int
	Size   int // of a payload, in bytes
	Batch  int // frames that are written at once; 1 or more
}

// wire is one process's place in the ring.
type wire interface {
	// send sends n frames, with one write if it can.
	send(n int, payload []byte) error
	// receive returns when frames of that size have arrived. It says on acks how much.
	receive(l Load, acks *acks) error
	// ping sends a frame and waits for one, again and again, and returns how long each
	// time took. echo answers.
	ping(l Load) ([]time.Duration, error)
	echo(l Load) error
}

// raw is a wire of bytes: frames are encoded in advance, and only counted on arrival.
type raw struct {
	in  io.Reader
	out io.Writer
	to  transport.Address

	batch []byte // n frames of size bytes
	n     int
	size  int
}

func (w *raw) send(n int, payload []byte) error {
	if w.n != n || w.size != len(payload) {
		w.batch, w.n, w.size = nil, n, len(payload)
		for range n {
			w.batch = transport.AppendFrame(w.batch, w.to, payload)
		}
	}
	_, err := w.out.Write(w.batch)
	return err
}

func (w *raw) receive(l Load, acks *acks) error {
	buf := make([]byte, 1<<20)
	for left := l.Frames * l.frame(); left > 0; {
		n, err := w.in.Read(buf[:min(left, len(buf))])
		if err != nil {
			return err
		}
		left -= n
		if err := acks.write(n); err != nil {
			return err
		}
	}
	return nil
}

// frame is the length of an encoded frame, in bytes; all addresses are of one letter.
func (l Load) frame() int { return transport.FrameLengthSize + len("na") + l.Size }

func (w *raw) ping(l Load) ([]time.Duration, error) {
	payload, buf := make([]byte, l.Size), make([]byte, l.frame())
	took := make([]time.Duration, l.Frames)
	for i := range took {
		began := time.Now()
		if err := w.send(1, payload); err != nil {
			return nil, err
		}
		if _, err := io.ReadFull(w.in, buf); err != nil {
			return nil, err
		}
		took[i] = time.Since(began)
	}
	return took, nil
}

func (w *raw) echo(l Load) error {
	payload, buf := make([]byte, l.Size), make([]byte, l.frame())
	for range l.Frames {
		if _, err := io.ReadFull(w.in, buf); err != nil {
			return err
		}
		if err := w.send(1, payload); err != nil {
			return err
		}
	}
	return nil
}
