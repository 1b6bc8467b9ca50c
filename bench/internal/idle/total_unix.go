//go:build unix

package idle

import (
	"syscall"
	"time"
)

// total returns what this process has used of a CPU since it began.
func total() (time.Duration, error) {
	var all syscall.Rusage
	err := syscall.Getrusage(syscall.RUSAGE_SELF, &all)
	return time.Duration(all.Utime.Nano() + all.Stime.Nano()), err
}
