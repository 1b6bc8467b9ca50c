//go:build unix

package process

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// ListenPrinted makes a FIFO at a path and opens it, to read what another process prints and
// to put marks behind that. It does not end when that process does.
func ListenPrinted(path string) (*os.File, error) {
	if err := unix.Mkfifo(path, 0o600); err != nil {
		return nil, fmt.Errorf("process: make the FIFO %s: %w", path, err)
	}
	return os.OpenFile(path, os.O_RDWR, 0)
}

// DialPrinted opens the FIFO that ListenPrinted has made, to print into.
func DialPrinted(path string) (*os.File, error) { return os.OpenFile(path, os.O_WRONLY, 0) }
