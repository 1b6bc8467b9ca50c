package sight

import "fmt"

// HaveShards is about how many shards of a type have a home that all know.
func HaveShards(typeName string, n any) Matcher {
	return shardsMatcher("HaveShards", typeName, n, fmt.Sprintf("know the homes of this many shards of %q", typeName), func(Shard) bool { return true })
}

// HaveShardsOn is HaveShards for the shards on one role.
func HaveShardsOn(typeName, role string, n any) Matcher {
	m := shardsMatcher("HaveShardsOn", typeName, n, fmt.Sprintf("know this many shards of %q on %s", typeName, role), func(s Shard) bool { return s.Role == role })
	m.roles = []string{role}
	return m
}

// shardsMatcher is for matchers that count the shards that is accepts.
func shardsMatcher(name, typeName string, n any, wanted string, is func(Shard) bool) *viewMatcher {
	inner, wrong := numberOrMatcher(n)
	m := &viewMatcher{name: name, wrong: wrong, needs: Shards, services: true, wanted: wanted, detail: n}
	m.check = func(v View) (string, bool, error) {
		count, strays := 0, 0
		for _, s := range v.Shards {
			if s.Type != typeName || !is(s) {
				continue
			}
			if s.Role != "" {
				count++
			}
			if s.Here != (s.Role == v.Role) {
				strays++
			}
		}
		matched, err := inner.Match(count)
		return v.describeShards(typeName), matched && strays == 0, err
	}
	m.together = func(views []View) bool { return haveOneHome(views, typeName, is) }
	return m
}
