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

func (v View) shard(typeName, id string) Shard {
	for _, s := range v.Shards {
		if s.Type == typeName && s.ID == id {
			return s
		}
	}
	return Shard{Type: typeName, ID: id}
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
