//go:build unix

package process

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"

	"golang.org/x/sys/unix"
)

// Detach puts the process that is made of the command into a process group of its own, to
// which a terminal's ^C does not go.
func Detach(cmd *exec.Cmd) {
	attributes(cmd).Setpgid = true
}

// attributes returns those that the process of the command will have, to be changed.
func attributes(cmd *exec.Cmd) *syscall.SysProcAttr {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	return cmd.SysProcAttr
}

// ListenPrinted makes a FIFO at a path and opens it, to read what another process prints and
// to put marks behind that. It does not end when that process does.
func ListenPrinted(path string) (*os.File, error) {
	if err := unix.Mkfifo(path, 0o600); err != nil {
		return nil, fmt.Errorf("process: make the FIFO %s: %w", path, err)
	}
	return os.OpenFile(path, os.O_RDWR, 0)
}
