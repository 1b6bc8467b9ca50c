//go:build !linux && !darwin

package family

import (
	"context"
	"errors"
	"os"
)

// Pause is not supported on this system.
func Pause(context.Context, int) error { return errors.ErrUnsupported }

// Resume is not supported on this system.
func Resume(int) error { return errors.ErrUnsupported }

// Kill ends a process. What it has started lives on.
func Kill(id int) error {
	p, err := os.FindProcess(id)
	if err != nil {
		return err
	}
	return p.Kill()
}

// Family is what a process has started; it is not known on this system.
type Family struct{}

// Of returns an empty Family.
func Of(int) (Family, error) { return Family{}, nil }

// Kill does nothing.
func (Family) Kill() error { return nil }
