package downing

import (
	"time"

	"github.com/7aca83c2/multinode/cluster"
)

// KeepMajority returns a policy that keeps the side with more members. Of two of the same
// size it keeps the one with the lowest address. It needs no settings and goes with
// clusters that grow and shrink, but a minority does not survive the crash of the rest.
func KeepMajority(stableAfter time.Duration, options ...Option) cluster.Downing {
	return newPolicy(stableAfter, isMajority, options)
}

func isMajority(t tally) bool {
	if len(t.group) != len(t.rest) {
		return len(t.group) > len(t.rest)
	}
	here, ok := lowestOf(t.group)
	there, _ := lowestOf(t.rest)
	return ok && here < there
}
