//go:build !unix

package process

import (
	"errors"
	"os"
)

// ListenPrinted returns an error: there are no FIFOs here.
func ListenPrinted(string) (*os.File, error) { return nil, errors.ErrUnsupported }

// DialPrinted returns an error: there are no FIFOs here.
func DialPrinted(string) (*os.File, error) { return nil, errors.ErrUnsupported }
