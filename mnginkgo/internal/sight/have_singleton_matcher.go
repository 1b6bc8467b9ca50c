package sight

import "fmt"

// Singleton is what one node knows of a singleton.
type Singleton struct {
	Name string
	Role string // where it runs, as far as the viewer knows; "" if it does not
	Here bool   // the viewer runs an instance
}

// String returns, for instance, "it on a", or "it on a, and runs one".
func (s Singleton) String() string {
	text := "it nowhere"
	if s.Role != "" {
		text = "it on " + s.Role
	}
	if s.Here {
		text += ", and runs one"
	}
	return text
}

// HaveSingletonOn is about where a singleton runs, or a matcher of that role.
func HaveSingletonOn(name string, role any) Matcher {
	names, inner, wrong := roleOrMatcher(role)
	m := &viewMatcher{
		name: "HaveSingletonOn", wrong: wrong, roles: names, needs: Singletons, services: true,
		wanted: fmt.Sprintf("have the singleton %q on", name), detail: role,
	}
	if role == "" {
		m.wanted, m.detail = fmt.Sprintf("have the singleton %q nowhere", name), nil
	}
	m.check = func(v View) (string, bool, error) {
		s, known := v.singleton(name)
		if !known {
			return fmt.Sprintf("no singleton %q", name), false, nil
		}
		matched, err := inner.Match(s.Role)
		return s.String(), matched && s.Here == (s.Role == v.Role), err
	}
	m.together = func(views []View) bool {
		first, _ := views[0].singleton(name)
		runs := 0
		for _, v := range views {
			s, _ := v.singleton(name)
			if s.Role != first.Role {
				return false
			}
			if s.Here {
				runs++
			}
		}
		return len(views) == 1 || first.Role == "" || runs == 1
	}
	return m
}

func (v View) singleton(name string) (Singleton, bool) {
	for _, s := range v.Singletons {
		if s.Name == name {
			return s, true
		}
	}
	return Singleton{}, false
}
