//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package shelf

import (
	"errors"
	"os"
	"syscall"
)

// lock waits until no other process has the lock that a file or folder stands for. On some network drives nobody gets one.
func lock(file string) (unlock func(), err error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	for err = syscall.EINTR; errors.Is(err, syscall.EINTR); {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX)
	}
	return func() { _ = f.Close() }, nil // which gives it back
}
