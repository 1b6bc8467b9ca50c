package sight

import "github.com/onsi/gomega"

// HaveMembers is about the names of all members, or a matcher of those that are well.
func HaveMembers(roles []any) Matcher {
	names, inner, wrong := namesOrMatcher(roles)
	m := &viewMatcher{name: "HaveMembers", wrong: wrong, roles: names, needs: Members, wanted: "have exactly these members up", detail: names}
	if names == nil {
		m.wanted, m.detail = "have members up that satisfy", inner
	}
	m.check = func(v View) (string, bool, error) {
		up := v.roles(Member.isWell)
		ok, err := inner.Match(up)
		return v.String(), ok && (names == nil || len(up) == len(v.Members)), err
	}
	return m
}

// HaveUnreachable is about the names of the members that are unreachable, or a matcher of
// them; without names, about whether there are any.
func HaveUnreachable(roles []any) Matcher {
	names, inner, wrong := namesOrMatcher(roles)
	m := &viewMatcher{name: "HaveUnreachable", wrong: wrong, roles: names, needs: Members, wanted: "see exactly these members as unreachable", detail: names}
	switch {
	case names == nil:
		m.wanted, m.detail = "see unreachable members that satisfy", inner
	case len(roles) == 0:
		m.wanted, m.detail, inner = "see some member as unreachable", nil, gomega.Not(gomega.BeEmpty())
	}
	m.check = func(v View) (string, bool, error) {
		ok, err := inner.Match(v.roles(func(member Member) bool { return member.Unreachable }))
		return v.String(), ok, err
	}
	return m
}
