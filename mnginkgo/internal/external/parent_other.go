//go:build !linux

package external

import "os/exec"

// dieWithParent does nothing here: a program outlives a process that is killed.
func dieWithParent(*exec.Cmd) {}

func lockThread() (unlock func()) { return func() {} }
