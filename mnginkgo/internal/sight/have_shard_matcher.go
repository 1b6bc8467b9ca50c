package sight

import "fmt"

// HaveShardOn is about where a shard is, or a matcher of that role.
func HaveShardOn(typeName, shard string, role any) Matcher {
	names, inner, wrong := roleOrMatcher(role)
	m := &viewMatcher{
		name: "HaveShardOn", wrong: wrong, roles: names, needs: Shards, services: true,
		wanted: fmt.Sprintf("have shard %q of %q on", shard, typeName), detail: role,
	}
	if role == "" {
		m.wanted, m.detail = fmt.Sprintf("have shard %q of %q nowhere", shard, typeName), nil
	}
	m.check = func(v View) (string, bool, error) {
		s, seen := v.shard(typeName, shard), "it nowhere"
		if s.Role != "" {
			seen = "it on " + s.Role
		}
		if s.Here {
			seen += ", and hosts it"
		}
		matched, err := inner.Match(s.Role)
		return seen, matched && s.Here == (s.Role == v.Role), err
	}
	m.together = func(views []View) bool {
		return haveOneHome(views, typeName, func(s Shard) bool { return s.ID == shard })
	}
	return m
}
