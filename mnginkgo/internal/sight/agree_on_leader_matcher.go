package sight

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
