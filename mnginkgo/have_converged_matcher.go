package mnginkgo

import (
	"slices"

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
