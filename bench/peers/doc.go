// Package peers has what other libraries contribute to the contests: the actors of
// Proto.Actor, the membership of memberlist, and the relay of Toxiproxy. Each is used by
// its public API, with its logs turned off, and each function that measures returns an
// error unless all of the work was done.
package peers

import (
	"errors"
	"time"
)

// limit is how long a measurement waits for its end.
const limit = time.Minute

// errLate is returned by a measurement that has not ended in time.
var errLate = errors.New("did not end within " + limit.String())

// await waits until done is closed. It returns errLate if that takes longer than limit.
func await(done <-chan struct{}) error {
	late := time.NewTimer(limit)
	defer late.Stop()
	select {
	case <-done:
		return nil
	case <-late.C:
		return errLate
	}
}
