//go:build !unix

package mnginkgo_test

import "os/exec"

// inOwnGroup does nothing on this system.
func inOwnGroup(*exec.Cmd) {}
