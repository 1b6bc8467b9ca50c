package mnginkgo

import (
	"fmt"
	"slices"

	"github.com/onsi/gomega"
	"github.com/onsi/gomega/types"
)

// HaveConverged holds when each node says that everybody it can reach sees the same
// as it does, and they do see the same.
func HaveConverged() types.GomegaMatcher {
	m := &viewMatcher{name: "HaveConverged", wanted: "have converged"}
	m.check = func(v View) (string, bool, error) {
		switch {
		case !v.TellsConverged:
			return "", false, v.lacks("Converged() bool")
		case !v.Converged:
			return v.String() + " (not converged)", false, nil
		}
		return v.String(), true, nil
	}
	m.together = func(views []View) bool {
		for _, v := range views {
			if !slices.Equal(v.Members, views[0].Members) {
				return false
			}
		}
		return true
	}
	return m
}

// roleOrMatcher sorts out the argument of a matcher that takes either a role or a matcher. The
// role "" means nobody, and is no name.
func roleOrMatcher(matcher string, argument any) (names []string, inner types.GomegaMatcher) {
	switch a := argument.(type) {
	case types.GomegaMatcher:
		return nil, a
	case string:
		if a != "" {
			names = []string{a}
		}
		return names, gomega.Equal(a)
	}
	panic(fmt.Sprintf("mnginkgo: %s takes the name of a role, or a matcher; got a %T", matcher, argument))
}

// namesOrMatcher sorts out the arguments of a matcher that takes either roles or one
// matcher.
func namesOrMatcher(matcher string, arguments []any) (names []string, inner types.GomegaMatcher) {
	if len(arguments) == 1 {
		if inner, ok := arguments[0].(types.GomegaMatcher); ok {
			return nil, inner
		}
	}
	names = []string{}
	for _, a := range arguments {
		switch a := a.(type) {
		case string:
			names = append(names, a)
		case RoleNames:
			names = append(names, a...)
		case []string:
			names = append(names, a...)
		default:
			panic(fmt.Sprintf("mnginkgo: %s takes names of roles, or one matcher; got a %T", matcher, a))
		}
	}
	slices.Sort(names)
	return names, nil
}
