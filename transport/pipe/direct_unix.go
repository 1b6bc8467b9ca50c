//go:build linux || darwin

package pipe

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// isPipe reports whether a stream is a pipe that does not block. Anything else may take a
// part of what it is given, or keep its writer waiting.
func isPipe(raw syscall.RawConn) (is bool) {
	err := raw.Control(func(fd uintptr) {
		var info unix.Stat_t
		if unix.Fstat(int(fd), &info) != nil || info.Mode&unix.S_IFMT != unix.S_IFIFO {
			return
		}
		flags, err := unix.FcntlInt(fd, unix.F_GETFL, 0)
		is = err == nil && flags&unix.O_NONBLOCK != 0
	})
	return err == nil && is
}

// writeNow makes one attempt to write at most atomicWrite bytes, which a pipe takes all
// or none of, and reports whether it did.
func writeNow(fd uintptr, p []byte) bool {
	n, err := unix.Write(int(fd), p)
	return err == nil && n == len(p)
}
