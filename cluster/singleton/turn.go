package singleton

import (
	"slices"

	"github.com/7aca83c2/multinode/cluster"
)

// turn is what a node concludes from its view.
type turn struct {
	// host is who is to run the instance: the oldest that is Up and has not retired. It
	// is zero if there is none.
	host life
	// before are the older members that may still run one, and have to say first that
	// they do not.
	before []life
}

// decide returns whose turn it is among the members with the role.
func decide(v cluster.View, role string, retired map[life]bool) turn {
	var t turn
	for _, m := range byAge(v, role) {
		switch {
		case retired[lifeOf(m)]:
		case m.Status == cluster.Up:
			t.host = lifeOf(m)
			return t
		default:
			t.before = append(t.before, lifeOf(m))
		}
	}
	return t
}

// byAge returns the members with the role that were Up at some time, the oldest first.
func byAge(v cluster.View, role string) []cluster.Member {
	var out []cluster.Member
	for _, m := range v.Members {
		if m.Number > 0 && (role == "" || m.HasRole(role)) {
			out = append(out, m)
		}
	}
	slices.SortFunc(out, func(m, n cluster.Member) int {
		if m.Older(n) {
			return -1
		}
		return 1
	})
	return out
}

// gone returns the members of one view that are not in a later one.
func gone(before, now cluster.View) []cluster.Member {
	var out []cluster.Member
	for _, m := range before.Members {
		if n, ok := now.Member(m.Address); !ok || n.Incarnation != m.Incarnation {
			out = append(out, m)
		}
	}
	return out
}

// mayLive reports whether a member that is gone from the view may be alive elsewhere:
// it did not leave, and no later life of it is known.
func mayLive(m cluster.Member, now cluster.View) bool {
	_, again := now.Member(m.Address)
	return !again && m.Status != cluster.Leaving && m.Status != cluster.Exiting
}
