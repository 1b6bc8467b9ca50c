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

// HaveUnreachable is about the names of the members that are unreachable, or a matcher of
// them; without names, about whether there are any.
func HaveUnreachable(roles []any) Matcher {
	names, inner, wrong := namesOrMatcher(roles)
	m := &viewMatcher{name: "HaveUnreachable", wrong: wrong, roles: names, needs: Members, wanted: "see exactly these members as unreachable", detail: names}
	switch {
	case inner != nil:
		m.wanted, m.detail = "see unreachable members that satisfy", inner
	case len(roles) == 0:
		m.wanted, m.detail = "see some member as unreachable", nil
	}
	m.check = func(v View) (string, bool, error) {
		unreachable := v.roles(func(member Member) bool { return member.Unreachable })
		switch {
		case inner != nil:
			ok, err := inner.Match(unreachable)
			return v.String(), ok, err
		case len(roles) == 0:
			return v.String(), len(unreachable) > 0, nil
		}
		return v.String(), slices.Equal(unreachable, names), nil
	}
	return m
}
