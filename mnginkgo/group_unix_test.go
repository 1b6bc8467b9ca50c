//go:build unix

package mnginkgo_test

import (
	"os/exec"
	"syscall"
)

// inOwnGroup gives a run a process group of its own, as a shell does.
func inOwnGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// kill ends a run and its Ginkgo processes at once. Its children have groups of their own.
func kill(cmd *exec.Cmd) error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }

// interrupt does what ^C does: it signals the whole group.
func interrupt(cmd *exec.Cmd) error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGINT) }
