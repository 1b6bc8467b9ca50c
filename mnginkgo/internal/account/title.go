package account

import "strings"

// Title names the roles and what a spec did to them, its verbs.
func Title(roles, verbs []string) string {
	if len(verbs) == 0 {
		return Names(roles)
	}
	// The latest say most; the timeline has them all.
	const latest = 3
	before := ""
	if len(verbs) > latest {
		verbs, before = verbs[len(verbs)-latest:], "..., "
	}
	return Names(roles) + " after " + before + strings.Join(verbs, ", ")
}

// Names enumerates names, of which there is one at least: "a, b and c".
func Names(names []string) string {
	if len(names) == 1 {
		return names[0]
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last]
}
