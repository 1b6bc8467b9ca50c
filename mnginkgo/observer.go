package mnginkgo

import (
	"fmt"
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
		views, err := o.Observe()
		if err == nil && len(views) == 0 {
			err = fmt.Errorf("%s has no node that runs", name(actual))
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
