//go:build linux || darwin

package pipe

import "syscall"

// writeNow makes one attempt to write at most atomicWrite bytes, which a pipe takes all
// or none of, and reports whether it did.
func writeNow(fd uintptr, p []byte) bool {
	n, err := syscall.Write(int(fd), p)
	return err == nil && n == len(p)
}
