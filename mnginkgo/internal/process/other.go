//go:build !unix

package process

import (
	"errors"
	"os"
	"os/exec"
)

// Detach does nothing on this system.
func Detach(*exec.Cmd) {}

// ListenPrinted returns an error: there are no FIFOs here.
func ListenPrinted(string) (*os.File, error) { return nil, errors.ErrUnsupported }
