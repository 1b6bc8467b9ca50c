package pipe

import (
	"errors"
	"fmt"
	"io"
	"os"
)

// Carrier is what a Host and its Line talk over: two duplex streams. Closing one
// must end a Read or Write of it that is in progress.
type Carrier struct{ Control, Data io.ReadWriteCloser }

// Close closes both streams.
func (c Carrier) Close() error {
	return errors.Join(c.Control.Close(), c.Data.Close())
}

// Pair returns the two ends of a Carrier within this process.
func Pair() (broker, host Carrier, err error) {
	files, err := fourPipes()
	if err != nil {
		return Carrier{}, Carrier{}, fmt.Errorf("transport/pipe: pair: %w", err)
	}
	broker, host = weave(files)
	return broker, host, nil
}

// fourPipes returns what weave wants.
func fourPipes() (files []*os.File, err error) {
	for range 4 {
		r, w, err := os.Pipe()
		if err != nil {
			closeAll(files)
			return nil, err
		}
		enlarge(w)
		files = append(files, r, w)
	}
	return files, nil
}

// weave makes the two ends of a Carrier out of the two ends, one to read and one to
// write, of four pipes: control to the host, control to the broker, data to the host,
// data to the broker.
func weave[F io.ReadWriteCloser](ends []F) (broker, host Carrier) {
	broker.Control, host.Control = &duplex{ends[2], ends[1]}, &duplex{ends[0], ends[3]}
	broker.Data, host.Data = &duplex{ends[6], ends[5]}, &duplex{ends[4], ends[7]}
	return broker, host
}

// duplex is a pipe to read from and one to write to.
type duplex struct {
	r io.ReadCloser
	w io.WriteCloser
}

func (d *duplex) Read(p []byte) (int, error)  { return d.r.Read(p) }
func (d *duplex) Write(p []byte) (int, error) { return d.w.Write(p) }

func (d *duplex) Close() error { return errors.Join(d.w.Close(), d.r.Close()) }

func closeAll[C io.Closer](all []C) {
	for _, c := range all {
		_ = c.Close()
	}
}
