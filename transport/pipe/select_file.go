//go:build linux || darwin

package pipe

import (
	"errors"
	"io"
	"os"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// selectFile is an open file that waits with select(2), for systems where Go's own
// poller does not do. A Read or Write that waits costs a thread; Close wakes it
// through a pipe of the file's own.
type selectFile struct {
	fd, wakeR, wakeW int
	path             string
	use              sync.RWMutex // held for reading while the descriptors are in use
	closing          sync.Once
}

// newSelectFile takes fd, which must not block.
func newSelectFile(fd int, path string) (*selectFile, error) {
	var wake [2]int
	syscall.ForkLock.RLock()
	err := unix.Pipe(wake[:])
	if err == nil {
		unix.CloseOnExec(wake[0])
		unix.CloseOnExec(wake[1])
	}
	syscall.ForkLock.RUnlock()
	if err == nil && max(fd, wake[0], wake[1]) >= unix.FD_SETSIZE {
		closeFDs(wake[0], wake[1])
		err = errors.New("too many open files for select")
	}
	if err != nil {
		closeFDs(fd)
		return nil, &os.PathError{Op: "open", Path: path, Err: err}
	}
	return &selectFile{fd: fd, wakeR: wake[0], wakeW: wake[1], path: path}, nil
}

// Read returns what there is, and waits while there is nothing.
func (f *selectFile) Read(p []byte) (int, error) {
	n, err := f.retry(&unix.FdSet{}, nil, func() (int, error) { return unix.Read(f.fd, p) })
	if err != nil {
		return 0, f.fail("read", err)
	}
	if n == 0 && len(p) > 0 {
		return 0, io.EOF
	}
	return n, nil
}

// Write returns when all is written.
func (f *selectFile) Write(p []byte) (int, error) {
	written := 0
	for written < len(p) {
		n, err := f.retry(&unix.FdSet{}, &unix.FdSet{}, func() (int, error) { return unix.Write(f.fd, p[written:]) })
		if err != nil {
			return written, f.fail("write", err)
		}
		written += n
	}
	return written, nil
}

// Close ends a Read or Write that waits.
func (f *selectFile) Close() error {
	err := os.ErrClosed
	f.closing.Do(func() {
		err = nil
		_, _ = unix.Write(f.wakeW, []byte{0})
		f.use.Lock()
		defer f.use.Unlock()
		closeFDs(f.fd, f.wakeR, f.wakeW)
		f.fd = -1
	})
	return err
}

// retry calls do until it need not wait any more. It waits for the file to become
// readable, or writable if there is a set for that.
func (f *selectFile) retry(r, w *unix.FdSet, do func() (int, error)) (int, error) {
	f.use.RLock()
	defer f.use.RUnlock()
	for {
		if f.fd < 0 {
			return 0, os.ErrClosed
		}
		n, err := do()
		if !errors.Is(err, unix.EAGAIN) && !errors.Is(err, unix.EINTR) {
			return n, err
		}
		r.Zero()
		r.Set(f.wakeR)
		waits := r
		if w != nil {
			w.Zero()
			waits = w
		}
		waits.Set(f.fd)
		if _, err := unix.Select(max(f.fd, f.wakeR)+1, r, w, nil, nil); errors.Is(err, unix.EINTR) {
			continue
		} else if err != nil {
			return 0, err
		}
		if r.IsSet(f.wakeR) {
			return 0, os.ErrClosed
		}
	}
}

func (f *selectFile) fail(op string, err error) error {
	return &os.PathError{Op: op, Path: f.path, Err: err}
}

func closeFDs(fds ...int) {
	for _, fd := range fds {
		_ = unix.Close(fd)
	}
}
