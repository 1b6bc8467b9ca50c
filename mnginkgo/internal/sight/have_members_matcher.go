package sight

import "slices"

// HaveMembers is about the names of all members, or a matcher of those that are well.
func HaveMembers(roles []any) Matcher {
	names, inner, wrong := namesOrMatcher(roles)
	m := &viewMatcher{name: "HaveMembers", wrong: wrong, roles: names, needs: Members, wanted: "have exactly these members up", detail: names}
	if inner != nil {
		m.wanted, m.detail = "have members up that satisfy", inner
	}
	m.check = func(v View) (string, bool, error) {
		up := v.roles(Member.isWell)
		if inner != nil {
			ok, err := inner.Match(up)
			return v.String(), ok, err
		}
		return v.String(), len(up) == len(v.Members) && slices.Equal(up, names), nil
	}
	return m
}
