package sight

// ContainMembers is about some of the members.
func ContainMembers(roles []string) Matcher {
	m := &viewMatcher{name: "ContainMembers", roles: roles, needs: Members, wanted: "have at least these members up", detail: roles}
	if len(roles) == 0 {
		m.wrong = "takes names of roles; got none: HaveMembers() is for nobody"
	}
	m.check = func(v View) (string, bool, error) {
		for _, role := range roles {
			if member, ok := v.member(role); !ok || !member.isWell() {
				return v.String(), false, nil
			}
		}
		return v.String(), true, nil
	}
	return m
}
