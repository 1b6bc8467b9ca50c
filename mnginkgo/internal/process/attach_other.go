//go:build !linux

package process

import "os/exec"

// Attach does nothing where the system has no such thing. A host sees its connection end, and
// one that is stopped gets SIGHUP and SIGCONT, as its process group is an orphan then. A program
// outlives a process that is killed.
func Attach(*exec.Cmd) {}
