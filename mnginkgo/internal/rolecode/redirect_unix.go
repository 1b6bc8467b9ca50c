//go:build unix

package rolecode

import (
	"os"

	"golang.org/x/sys/unix"
)

// redirect leads standard output and error to a file until undo is called.
func redirect(to *os.File) (undo func()) {
	var kept [2]int
	for i, fd := range [2]int{unix.Stdout, unix.Stderr} {
		kept[i] = -1
		if saved, err := unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, 3); err == nil && unix.Dup2(int(to.Fd()), fd) == nil {
			kept[i] = saved
		}
	}
	return func() {
		for i, fd := range [2]int{unix.Stdout, unix.Stderr} {
			if kept[i] >= 0 {
				_ = unix.Dup2(kept[i], fd)
				_ = unix.Close(kept[i])
			}
		}
	}
}

// printMark writes a mark to standard output.
func printMark(mark string) { _, _ = unix.Write(unix.Stdout, []byte(mark)) }
