package pipe

import "errors"

// ErrNotLeased means that the broker has not told the host's Line which Switch to use: no
// spec has this host.
var ErrNotLeased = errors.New("no spec has leased this host")
