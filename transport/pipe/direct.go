package pipe

import (
	"io"
	"syscall"
	"time"
)

// direct writes a few bytes without the goroutine that writes batches, which would have
// to be woken: to wake a goroutine takes several times as long as to write to a pipe.
// That goroutine must be idle, and whoever uses a direct holds the lock that keeps it so.
type direct struct {
	raw  syscall.RawConn // nil: the stream is none that can be asked to take what it can
	last time.Time       // the last use
	uses int             // since there was a pause

	// What attempt works on, which is made once.
	attempt func(fd uintptr) (done bool)
	bytes   []byte
	whole   bool
}

// In a stream of frames, writes by themselves would cost more than batches. A few are
// meant to be single: what an actor says to each of several others, for instance.
const (
	pause     = 10 * time.Microsecond
	afterward = 4 // uses behind a pause
)

func newDirect(w io.Writer) direct {
	if d, ok := w.(*duplex); ok {
		w = d.w
	}
	file, ok := w.(syscall.Conn)
	if !ok {
		return direct{}
	}
	raw, err := file.SyscallConn()
	if err != nil || !isPipe(raw) {
		return direct{}
	}
	return direct{raw: raw}
}

// write writes p and returns true, or returns false and has written nothing. It does
// not wait.
func (d *direct) write(p []byte) bool {
	if d.raw == nil || len(p) > atomicWrite {
		return false
	}
	now := time.Now()
	if now.Sub(d.last) >= pause {
		d.uses = 0
	}
	d.last = now
	if d.uses++; d.uses > afterward {
		return false
	}
	if d.attempt == nil {
		d.attempt = func(fd uintptr) bool {
			d.whole = writeNow(fd, d.bytes)
			return true
		}
	}
	d.bytes, d.whole = p, false
	err := d.raw.Write(d.attempt)
	d.bytes = nil
	return err == nil && d.whole
}
