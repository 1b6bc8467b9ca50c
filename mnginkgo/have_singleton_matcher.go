package mnginkgo

import (
	"fmt"

	"github.com/onsi/gomega/types"
)

// Singleton is what one node knows of a singleton; see package cluster/singleton.
type Singleton struct {
	Name string
	Role string // of the node that runs it, as far as the viewer knows; "" if it does not
	Here bool   // the viewer runs an instance
}

// SingletonLister says what a node knows of singletons, in any order. It is one of the
// small interfaces that matchers need.
type SingletonLister interface{ Singletons() []Singleton }

// HaveSingletonOn holds when the singleton of that name is known to run on this role. On
// a *Cluster it holds when every node that runs sees it there, and that node alone runs
// an instance; on a node, when that node sees it so. With "" for the role it holds when
// the node sees no instance and runs none. A matcher in place of the role is given the
// role, or ""; on a *Cluster all nodes have to see the same one.
func HaveSingletonOn(name string, role any) types.GomegaMatcher {
	names, inner, wrong := roleOrMatcher(role)
	m := &viewMatcher{name: "HaveSingletonOn", wrong: wrong, roles: names, services: true, wanted: fmt.Sprintf("have the singleton %q on", name), detail: role}
	if role == "" {
		m.wanted, m.detail = fmt.Sprintf("have the singleton %q nowhere", name), nil
	}
	m.check = func(v View) (string, bool, error) {
		if !v.TellsSingletons {
			return "", false, v.lacks("Singletons() []Singleton")
		}
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

func (v View) singleton(name string) (Singleton, bool) {
	for _, s := range v.Singletons {
		if s.Name == name {
			return s, true
		}
	}
	return Singleton{}, false
}
