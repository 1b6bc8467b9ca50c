//go:build !unix

package idle

import (
	"errors"
	"time"
)

// total returns an error: other systems have no getrusage.
func total() (time.Duration, error) { return 0, errors.ErrUnsupported }
