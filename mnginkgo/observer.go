package mnginkgo

import (
	"fmt"

	"github.com/7aca83c2/multinode/mnginkgo/internal/sight"
)

// Observer is anything that has views of a cluster: *Cluster has those of all nodes
// that run, *Handle and *Node their own. The matchers take an Observer, or an
// instance with the methods of MemberLister and the other small interfaces.
type Observer interface {
	// Observe returns the views as they are now.
	Observe() ([]View, error)
}

// matcher is a matcher of package sight for the actual values that users have.
type matcher struct{ sight.Matcher }

// Match implements types.GomegaMatcher. It fails if the actual value is, or belongs to, a
// cluster that the code which asks must not use.
func (m matcher) Match(actual any) (bool, error) {
	if a, ok := actual.(interface{ owner() *Cluster }); ok {
		if err := a.owner().usableBy(m.Name()); err != nil {
			return false, err
		}
	}
	return m.Matcher.Match(asActual(actual))
}

// FailureMessage implements types.GomegaMatcher.
func (m matcher) FailureMessage(actual any) string { return m.Message(asActual(actual), false) }

// NegatedFailureMessage implements types.GomegaMatcher.
func (m matcher) NegatedFailureMessage(actual any) string { return m.Message(asActual(actual), true) }

// asActual returns what matchers need of an actual value. What belongs to a spec says by
// itself what else there is than its views.
func asActual(actual any) (a sight.Actual) {
	if own, ok := actual.(interface{ actual() sight.Actual }); ok {
		a = own.actual()
	}
	a.Type = fmt.Sprintf("%T", actual)
	a.Views = func() ([]sight.View, error) { return observe(actual) }
	return a
}

// observe returns the views of a matcher's actual value.
func observe(actual any) ([]sight.View, error) {
	o, ok := actual.(Observer)
	if !ok {
		v, tells := look("it", actual)
		if !tells {
			return nil, fmt.Errorf("a matcher of clusters needs a *Cluster, a node of it, or something with Members() []Member; got %T", actual)
		}
		return []sight.View{v.seen()}, nil
	}
	observed, err := o.Observe()
	views := make([]sight.View, len(observed))
	for i, v := range observed {
		v.Members = present(v.Members) // an Observer of the user's may list others
		views[i] = v.seen()
	}
	return views, err
}
