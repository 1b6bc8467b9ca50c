package broker

import (
	"os/exec"
	"syscall"
)

// endWithParent has the system kill the command, stopped or not, when the thread that
// starts it ends.
func endWithParent(cmd *exec.Cmd) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Pdeathsig = syscall.SIGKILL
}
