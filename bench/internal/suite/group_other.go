//go:build !unix

package suite

import "os/exec"

// inGroup does nothing here: there are no process groups.
func inGroup(*exec.Cmd) {}

func endGroup(*exec.Cmd) {}
