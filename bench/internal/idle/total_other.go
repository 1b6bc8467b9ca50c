//go:build !unix

package idle

import (
	"errors"
	"time"
)

// Total returns an error: other systems have no getrusage.
func Total() (time.Duration, error) { return 0, errors.ErrUnsupported }
