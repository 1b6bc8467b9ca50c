//go:build !linux && !darwin

package family

import (
	"context"
	"errors"
)

// Pause is not supported on this system.
func (f *Family) Pause(context.Context) error { return errors.ErrUnsupported }

// Resume is not supported on this system.
func (f *Family) Resume() error { return errors.ErrUnsupported }

// Kill ends the process. What it has started lives on.
func (f *Family) Kill() error { return f.cmd.Process.Kill() }

// awaitEnd is not supported on this system.
func awaitEnd(int) error { return errors.ErrUnsupported }

// Members are what a process has started; they are not known on this system.
type Members struct{}

// Members returns none.
func (f *Family) Members() (Members, error) { return Members{}, nil }

// Kill does nothing.
func (Members) Kill() error { return nil }
