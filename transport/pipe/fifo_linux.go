package pipe

import (
	"io"
	"os"
	"syscall"
)

// openFIFO opens one end of a named pipe without waiting for the other. Without the
// flag the call could not be interrupted; with it Go polls the pipe.
func openFIFO(path string, flag int) (io.ReadWriteCloser, error) {
	f, err := os.OpenFile(path, flag|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	enlarge(f)
	return f, nil
}
