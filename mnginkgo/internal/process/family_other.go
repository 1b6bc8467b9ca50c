//go:build !linux && !darwin

package process

import (
	"context"
	"errors"
	"os"
)

func (f family) pause(context.Context) error { return errors.ErrUnsupported }

func (f family) resume() error { return errors.ErrUnsupported }

// kill ends the process. What it has started lives on.
func (f family) kill() error {
	p, err := os.FindProcess(f.id)
	if err != nil {
		return err
	}
	return p.Kill()
}

func awaitEnd(int) error { return errors.ErrUnsupported }

// started returns what does nothing: what a process has started is not known on this system.
func (f family) started() (kill func() error) { return func() error { return nil } }
