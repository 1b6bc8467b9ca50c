//go:build !linux && !darwin

package pipe

// writeNow is not possible: the goroutine that writes batches does all.
func writeNow(uintptr, []byte) bool { return false }
