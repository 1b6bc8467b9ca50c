//go:build unix

package process

import (
	"os/exec"
	"syscall"
)

// Detach puts the process that is made of the command into a process group of its own, to
// which a terminal's ^C does not go.
func Detach(cmd *exec.Cmd) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Setpgid = true
}
