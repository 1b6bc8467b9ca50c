//go:build !unix

package process

import "os/exec"

// Detach does nothing on this system.
func Detach(*exec.Cmd) {}
