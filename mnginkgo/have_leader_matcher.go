package mnginkgo

import "github.com/onsi/gomega/types"

// HaveLeader holds when this role leads. A matcher in place of the role is given the
// leader's role, "" if there is none.
func HaveLeader(role any) types.GomegaMatcher {
	names, inner, wrong := roleOrMatcher(role)
	m := &viewMatcher{name: "HaveLeader", wrong: wrong, roles: names, wanted: "have the leader", detail: role}
	if role == "" {
		m.wanted, m.detail = "have no leader", nil
	}
	m.check = func(v View) (string, bool, error) {
		if err := needLeader(v); err != nil {
			return "", false, err
		}
		matched, err := inner.Match(v.Leader)
		return leaderOf(v), matched, err
	}
	return m
}

// AgreeOnLeader holds when all nodes that run see the same leader, whoever it is.
func AgreeOnLeader() types.GomegaMatcher {
	m := &viewMatcher{name: "AgreeOnLeader", wanted: "agree on a leader"}
	m.check = func(v View) (string, bool, error) { return leaderOf(v), v.Leader != "", needLeader(v) }
	m.together = func(views []View) bool {
		for _, v := range views {
			if v.Leader != views[0].Leader {
				return false
			}
		}
		return true
	}
	return m
}

func leaderOf(v View) string {
	if v.Leader == "" {
		return "no leader"
	}
	return v.Leader + " as the leader"
}

func needLeader(v View) error {
	if v.TellsLeader {
		return nil
	}
	return v.lacks("Leader() string")
}
