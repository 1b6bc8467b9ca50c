package mnginkgo

import (
	"slices"

	"github.com/onsi/gomega/types"
)

// HaveMembers holds when exactly these roles are members, all of them up and
// reachable. On a *Cluster it holds when every node that runs sees it so; on a node,
// when that node does. A single matcher in place of the roles is given the sorted
// names of the members that are up and reachable. Where the spec is known, a role that is
// none of it fails the assertion at once, negated or not, as it does in all matchers that
// take roles. So does an argument that a matcher does not take.
func HaveMembers(roles ...any) types.GomegaMatcher {
	names, inner, wrong := namesOrMatcher(roles)
	m := &viewMatcher{name: "HaveMembers", wrong: wrong, roles: names, members: true, wanted: "have exactly these members up", detail: names}
	if inner != nil {
		m.wanted, m.detail = "have members up that satisfy", inner
	}
	m.check = func(v View) (string, bool, error) {
		up := v.roles(isWell)
		if inner != nil {
			ok, err := inner.Match(up)
			return v.String(), ok, err
		}
		return v.String(), len(up) == len(v.Members) && slices.Equal(up, names), nil
	}
	return m
}

// ContainMembers holds when these roles are members, up and reachable, whoever else
// is a member. It needs one role at least.
func ContainMembers(roles ...string) types.GomegaMatcher {
	m := &viewMatcher{name: "ContainMembers", roles: roles, members: true, wanted: "have at least these members up", detail: roles}
	if len(roles) == 0 {
		m.wrong = "takes names of roles; got none: HaveMembers() is for nobody"
	}
	m.check = func(v View) (string, bool, error) {
		for _, role := range roles {
			if member, ok := v.member(role); !ok || !isWell(member) {
				return v.String(), false, nil
			}
		}
		return v.String(), true, nil
	}
	return m
}

// HaveUnreachable holds when exactly these roles are members that are seen as
// unreachable. Without roles it holds when some member is. A single matcher in place
// of the roles is given the sorted names of the unreachable.
func HaveUnreachable(roles ...any) types.GomegaMatcher {
	names, inner, wrong := namesOrMatcher(roles)
	m := &viewMatcher{name: "HaveUnreachable", wrong: wrong, roles: names, members: true, wanted: "see exactly these members as unreachable", detail: names}
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

func isWell(m Member) bool { return m.Status == Up && !m.Unreachable }
