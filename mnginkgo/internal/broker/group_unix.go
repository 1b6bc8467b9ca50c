//go:build unix

package broker

import (
	"errors"
	"os"
	"syscall"
)

// signalGroup sends a signal to a child and, if it leads a process group, to all that it
// has started in that.
func signalGroup(p *os.Process, signal syscall.Signal) error {
	if err := syscall.Kill(-p.Pid, signal); !errors.Is(err, syscall.ESRCH) {
		return err
	}
	return p.Signal(signal)
}

// killGroup is signalGroup with SIGKILL.
func killGroup(p *os.Process) error { return signalGroup(p, syscall.SIGKILL) }
