package process

import (
	"os/exec"
	"syscall"
)

// Attach has the system kill the process that Start makes of the command, stopped or not, when
// this one ends, however that ends.
func Attach(cmd *exec.Cmd) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Pdeathsig = syscall.SIGKILL
}
