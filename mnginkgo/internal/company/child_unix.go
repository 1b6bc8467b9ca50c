//go:build unix

package company

import (
	"os/exec"
	"syscall"
)

// detachFromTerminal puts the child into a process group of its own: ^C is for the
// Ginkgo processes, which end their children in good order.
func detachFromTerminal(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }
