package pipe

import (
	"io"
	"os"
	"syscall"
)

// openFIFO opens one end of a named pipe without waiting for the other. Go does not
// poll named pipes here, since kqueue misses their end (golang.org/issue/24164).
func openFIFO(path string, flag int) (io.ReadWriteCloser, error) {
	fd, err := syscall.Open(path, flag|syscall.O_NONBLOCK|syscall.O_CLOEXEC, 0)
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: path, Err: err}
	}
	return newSelectFile(fd, path)
}
