package sight

// HaveLeader is about the leader, or a matcher of its role.
func HaveLeader(role any) Matcher {
	names, inner, wrong := roleOrMatcher(role)
	m := &viewMatcher{name: "HaveLeader", wrong: wrong, roles: names, needs: Leader, wanted: "have the leader", detail: role}
	if role == "" {
		m.wanted, m.detail = "have no leader", nil
	}
	m.check = func(v View) (string, bool, error) {
		matched, err := inner.Match(v.Leader)
		return v.leader(), matched, err
	}
	return m
}

// AgreeOnLeader is about whether all have the same leader.
func AgreeOnLeader() Matcher {
	m := &viewMatcher{name: "AgreeOnLeader", needs: Leader, wanted: "agree on a leader"}
	m.check = func(v View) (string, bool, error) { return v.leader(), v.Leader != "", nil }
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
