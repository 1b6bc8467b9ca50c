//go:build unix

package idle

import (
	"syscall"
	"time"
)

// Total returns what this process has used of a CPU since it began.
func Total() (time.Duration, error) {
	var all syscall.Rusage
	err := syscall.Getrusage(syscall.RUSAGE_SELF, &all)
	return time.Duration(all.Utime.Nano() + all.Stime.Nano()), err
}
