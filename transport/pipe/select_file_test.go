//go:build linux || darwin

package pipe

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// selectPipe returns both ends of a named pipe as systems have them whose named pipes
// Go does not poll.
func selectPipe(t *testing.T) (r, w *selectFile) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	var ends [2]*selectFile
	for i, flag := range []int{syscall.O_RDONLY, syscall.O_WRONLY} {
		fd, err := syscall.Open(path, flag|syscall.O_NONBLOCK|syscall.O_CLOEXEC, 0)
		if err != nil {
			t.Fatal(err)
		}
		if ends[i], err = newSelectFile(fd, path); err != nil {
			t.Fatal(err)
		}
	}
	return ends[0], ends[1]
}

func TestSelectFilePassesBytesAndTheEnd(t *testing.T) {
	r, w := selectPipe(t)
	sent := bytes.Repeat([]byte("0123456789"), 100_000)
	go func() {
		_, _ = w.Write(sent)
		_ = w.Close()
	}()
	got, err := io.ReadAll(r)
	if err != nil || !bytes.Equal(got, sent) {
		t.Errorf("%d of %d bytes, %v", len(got), len(sent), err)
	}
	_ = r.Close()
}

func TestSelectFileCloseEndsWhatWaits(t *testing.T) {
	r, w := selectPipe(t)
	errs := make(chan error)
	go func() {
		_, err := r.Read(make([]byte, 1))
		errs <- err
	}()
	_ = r.Close()
	if err := <-errs; !errors.Is(err, os.ErrClosed) {
		t.Errorf("read: %v", err)
	}
	if _, err := w.Write([]byte("x")); !errors.Is(err, syscall.EPIPE) {
		t.Errorf("write to nobody: %v", err)
	}
	r, w = selectPipe(t)
	go func() {
		_, err := w.Write(make([]byte, 10<<20))
		errs <- err
	}()
	_, _ = io.ReadFull(r, make([]byte, 1<<20)) // so it waits for room, or is about to
	_ = w.Close()
	if err := <-errs; !errors.Is(err, os.ErrClosed) {
		t.Errorf("write: %v", err)
	}
	_ = r.Close()
}
