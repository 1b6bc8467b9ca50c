package downing

import (
	"time"

	"github.com/7aca83c2/multinode/cluster"
)

// oldest is the policy KeepOldest.
type oldest struct {
	policy
	downIfAlone bool
}

// KeepOldest returns a policy that keeps the side with the oldest member, which is where
// singletons run. If the oldest crashes, all others go down, unless DownIfAlone was given
// and they are two or more.
func KeepOldest(stableAfter time.Duration, options ...OldestOption) cluster.Downing {
	p := oldest{policy: policy{stableAfter: stableAfter}}
	for _, o := range options {
		o.applyOldest(&p)
	}
	p.wins = p.hasOldest
	return p.policy
}

func (p oldest) hasOldest(t tally) bool {
	here, ok := oldestOf(t.group)
	if !ok {
		return false
	}
	there, contested := oldestOf(t.rest)
	older := !contested || here.Older(there)
	switch {
	case !p.downIfAlone:
		return older
	case older:
		return len(t.group) > 1 || len(t.rest) < 2
	}
	return len(t.rest) == 1 && len(t.group) > 1
}
