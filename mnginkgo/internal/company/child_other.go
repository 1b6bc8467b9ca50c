//go:build !unix

package company

import "os/exec"

func detachFromTerminal(*exec.Cmd) {}
