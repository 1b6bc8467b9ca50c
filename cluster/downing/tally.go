package downing

import (
	"cmp"
	"slices"

	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/transport"
)

// tally is what a group has to show against the rest. What is not certain counts for the
// rest: two groups then never win both, even if they see the status of a member
// differently, as one of them has not heard of its last change.
type tally struct {
	whole []cluster.Member // the group, whoever counts
	group []cluster.Member // those of it who count
	rest  []cluster.Member // those of the rest who may count where they are
}

// count takes the tally of a group among the members.
func (p policy) count(group, members []cluster.Member) tally {
	t := tally{whole: group}
	for _, m := range group {
		if counts(m) && p.minds(m) {
			t.group = append(t.group, m)
		}
	}
	rest := without(members, group)
	led := leads(group, rest)
	for _, m := range rest {
		if mayCount(m, led) && p.minds(m) {
			t.rest = append(t.rest, m)
		}
	}
	return t
}

func (p policy) minds(m cluster.Member) bool { return p.role == "" || m.HasRole(p.role) }

// counts reports whether a member counts on its own side. Who is not Up yet may be
// unknown to the other side, and who is Exiting may have gone there.
func counts(m cluster.Member) bool { return m.Status == cluster.Up || m.Status == cluster.Leaving }

// mayCount reports whether a member of the rest may count for those who are with it. One
// that is Exiting may still be Leaving there. One that is Joining may be Up there, but
// not if the leader, who makes members Up, is here.
func mayCount(m cluster.Member, leaderIsHere bool) bool {
	switch m.Status {
	case cluster.Joining, cluster.WeaklyUp:
		return !leaderIsHere
	}
	return true
}

// leads reports whether the group has the member who led while everybody could be
// reached: the lowest address of those who count.
func leads(group, rest []cluster.Member) bool {
	lowest, ok := leaderOf(group)
	return ok && !slices.ContainsFunc(rest, func(m cluster.Member) bool {
		return (counts(m) || m.Status == cluster.Exiting) && m.Address < lowest
	})
}

// leaderOf returns the lowest address of those who count, and false if nobody does.
func leaderOf(group []cluster.Member) (transport.Address, bool) {
	return lowestOf(slices.DeleteFunc(slices.Clone(group), func(m cluster.Member) bool { return !counts(m) }))
}

// lowestOf returns the lowest address, and false if there is nobody.
func lowestOf(members []cluster.Member) (transport.Address, bool) {
	if len(members) == 0 {
		return "", false
	}
	return slices.MinFunc(members, func(m, n cluster.Member) int { return cmp.Compare(m.Address, n.Address) }).Address, true
}

// oldestOf returns the member that is the oldest, and false if there is nobody.
func oldestOf(members []cluster.Member) (cluster.Member, bool) {
	if len(members) == 0 {
		return cluster.Member{}, false
	}
	return slices.MinFunc(members, byAge), true
}

// byAge orders members, the oldest first.
func byAge(m, n cluster.Member) int {
	switch {
	case m.Older(n):
		return -1
	case n.Older(m):
		return 1
	}
	return 0
}
