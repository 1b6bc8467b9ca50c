//go:build linux || darwin

package pipe

import "syscall"

// isPipe reports whether a stream is a pipe that does not block. Anything else may take a
// part of what it is given, or keep its writer waiting.
func isPipe(raw syscall.RawConn) (is bool) {
	err := raw.Control(func(fd uintptr) {
		var info syscall.Stat_t
		if syscall.Fstat(int(fd), &info) != nil || info.Mode&syscall.S_IFMT != syscall.S_IFIFO {
			return
		}
		flags, _, errno := syscall.Syscall(syscall.SYS_FCNTL, fd, syscall.F_GETFL, 0)
		is = errno == 0 && flags&syscall.O_NONBLOCK != 0
	})
	return err == nil && is
}

// writeNow makes one attempt to write at most atomicWrite bytes, which a pipe takes all
// or none of, and reports whether it did.
func writeNow(fd uintptr, p []byte) bool {
	n, err := syscall.Write(int(fd), p)
	return err == nil && n == len(p)
}
