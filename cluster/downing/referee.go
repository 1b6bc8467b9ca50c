package downing

import (
	"time"

	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/transport"
)

// KeepReferee returns a policy that keeps the side with the member at that address, if it
// has at least that many members, the referee included. Without the referee, all go down.
func KeepReferee(stableAfter time.Duration, address transport.Address, downAllIfLessThan int, options ...Option) cluster.Downing {
	return newPolicy(stableAfter, func(t tally) bool {
		for _, m := range t.whole {
			if m.Address == address && counts(m) {
				return len(t.group) >= downAllIfLessThan
			}
		}
		return false
	}, options)
}
