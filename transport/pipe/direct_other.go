//go:build !linux && !darwin

package pipe

import "syscall"

func isPipe(syscall.RawConn) bool { return false }

// writeNow is not possible: the goroutine that writes batches does all.
func writeNow(uintptr, []byte) bool { return false }
