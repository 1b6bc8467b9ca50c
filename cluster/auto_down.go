package cluster

import (
	"maps"
	"slices"
	"time"

	"github.com/7aca83c2/multinode/transport"
)

// AutoDown returns a Downing that gives up members which have been unreachable for as
// long as after. It is right for crashes. In a partition it is not, as each side gives
// up the other and goes on alone.
//
// It gives up as few as are needed to leave nobody unreachable: of two members that
// only fail to hear each other, the younger goes. Whom most others do not hear goes
// first, then the younger.
func AutoDown(after time.Duration) Downing { return autoDown{after} }

type autoDown struct{ after time.Duration }

func (d autoDown) Decide(s Situation) []transport.Address {
	var due []transport.Address
	for _, a := range culprits(s.View) {
		if s.Unreachable[a] >= d.after {
			due = append(due, a)
		}
	}
	return due
}

// culprits returns the members without which nobody would be unreachable.
func culprits(v View) []transport.Address {
	accused := map[transport.Address]Member{}
	for _, m := range v.Members {
		if m.Unreachable {
			m.UnreachableBy = slices.Clone(m.UnreachableBy)
			accused[m.Address] = m
		}
	}
	var out []transport.Address
	for len(accused) > 0 {
		worst := slices.MaxFunc(slices.Collect(maps.Values(accused)), compareGuilt)
		out = append(out, worst.Address)
		delete(accused, worst.Address)
		acquit(accused, worst.Address)
	}
	slices.Sort(out)
	return out
}

// acquit takes back what a member that goes has said of others.
func acquit(accused map[transport.Address]Member, witness transport.Address) {
	for a, m := range accused {
		m.UnreachableBy = slices.DeleteFunc(m.UnreachableBy, func(by transport.Address) bool { return by == witness })
		accused[a] = m
		if len(m.UnreachableBy) == 0 {
			delete(accused, a)
		}
	}
}

func compareGuilt(m, n Member) int {
	switch more := len(m.UnreachableBy) - len(n.UnreachableBy); {
	case more != 0:
		return more
	case m.Older(n):
		return -1
	case n.Older(m):
		return 1
	}
	return 0
}
