package pipe

import "errors"

// ErrNotLent means that the broker has not told the host's Line which Switch to use: no
// spec has this host.
var ErrNotLent = errors.New("no spec has borrowed this host")
