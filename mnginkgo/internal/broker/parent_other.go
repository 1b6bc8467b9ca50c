//go:build !linux

package broker

import "os/exec"

// endWithParent does nothing where the system has no such thing. A process sees its
// connection end, and one that is stopped gets SIGHUP and SIGCONT, as its process
// group is an orphan then.
func endWithParent(*exec.Cmd) {}
