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

// members are what a process has started; they are not known on this system.
type members struct{}

func (f family) members() (members, error) { return members{}, nil }

func (members) kill() error { return nil }
