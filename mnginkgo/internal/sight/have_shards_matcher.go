package sight

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Shard is what one node knows of a shard.
type Shard struct {
	Type     string // of its entities
	ID       string
	Role     string // where it is, as far as the viewer knows; "" if it does not
	Here     bool   // the viewer hosts it
	Entities int    // that run on the viewer
}

// haveOneHome reports whether all views have the same homes, and nobody hosts what is
// not meant to be there.
func haveOneHome(views []View, typeName string, is func(Shard) bool) bool {
	homes := map[string]string{}
	for i, v := range views {
		for _, s := range v.Shards {
			if s.Type != typeName || !is(s) {
				continue
			}
			if i == 0 {
				homes[s.ID] = s.Role
			}
			if homes[s.ID] != s.Role || s.Here && s.Role != v.Role {
				return false
			}
		}
	}
	return true
}

// describeShards returns how many shards are where, as in "4 on a, 4 on b; hosts 4".
func (v View) describeShards(typeName string) string {
	at, here := map[string]int{}, 0
	for _, s := range v.Shards {
		if s.Type != typeName {
			continue
		}
		at[s.Role]++
		if s.Here {
			here++
		}
	}
	var parts []string
	for _, role := range slices.Sorted(maps.Keys(at)) {
		if role == "" {
			parts = append(parts, fmt.Sprintf("%d nowhere", at[role]))
		} else {
			parts = append(parts, fmt.Sprintf("%d on %s", at[role], role))
		}
	}
	if len(parts) == 0 {
		return "no shards"
	}
	return fmt.Sprintf("%s; hosts %d", strings.Join(parts, ", "), here)
}

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
