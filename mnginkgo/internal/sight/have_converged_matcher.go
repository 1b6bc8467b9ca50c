package sight

import "slices"

// HaveConverged is about whether all see the same, and say so.
func HaveConverged() Matcher {
	m := &viewMatcher{name: "HaveConverged", needs: Converged, wanted: "have converged"}
	m.check = func(v View) (string, bool, error) {
		if !v.Converged {
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
