//go:build !unix

package mnginkgo

import "os/exec"

func detachFromTerminal(*exec.Cmd) {}
