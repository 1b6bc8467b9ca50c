package mnginkgo

import (
	"fmt"
	"slices"
)

// Observer is anything that has views of a cluster: *Cluster has those of all nodes
// that run, *Handle and *Node their own. The matchers take an Observer, or an
// instance with the methods of MemberLister and the other small interfaces.
type Observer interface {
	// Observe returns the views as they are now.
	Observe() ([]View, error)
}

// observe returns the views of a matcher's actual value.
func observe(actual any) ([]View, error) {
	if o, ok := actual.(Observer); ok {
		seen, err := o.Observe()
		if err == nil && len(seen) == 0 {
			err = fmt.Errorf("%s has no node that runs", name(actual))
		}
		views := slices.Clone(seen)
		for i := range views {
			views[i].Members = present(views[i].Members) // an Observer of the user's may list others
		}
		return views, err
	}
	_, teller := actual.(LeaderTeller)
	_, converger := actual.(Converger)
	_, singletons := actual.(SingletonLister)
	_, shards := actual.(ShardLister)
	_, subscribers := actual.(SubscriberLister)
	v := viewOf("it", actual)
	if !v.TellsMembers && !teller && !converger && !singletons && !shards && !subscribers {
		return nil, fmt.Errorf("a matcher of clusters needs a *Cluster, a node of it, or something with Members() []Member; got %T", actual)
	}
	return []View{v}, nil
}

// misused returns an error if the actual value is, or belongs to, a cluster that the code which
// asks the matcher must not use.
func misused(matcher string, actual any) error {
	if a, ok := actual.(interface{ owner() *Cluster }); ok {
		return a.owner().usableBy(matcher)
	}
	return nil
}

// rolesOf returns the roles of the spec that a matcher's actual value belongs to, if it knows
// them.
func rolesOf(actual any) (roles []string, ok bool) {
	switch a := actual.(type) {
	case *Cluster:
		return a.plan.roles, true
	case *Handle:
		return a.cluster.plan.roles, true
	case *Node:
		return a.env.Roles, true
	}
	return nil, false
}

// name describes a matcher's actual value in a message.
func name(actual any) string {
	switch a := actual.(type) {
	case *Cluster:
		return "<*mnginkgo.Cluster>: " + a.describe()
	case *Handle:
		return fmt.Sprintf("<*mnginkgo.Handle>: %s of %s", a.role, a.cluster.describe())
	case *Node:
		return "<*mnginkgo.Node>: " + a.Role()
	}
	return fmt.Sprintf("<%T>", actual)
}
