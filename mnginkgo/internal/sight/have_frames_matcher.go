package sight

import (
	"fmt"
	"sync/atomic"

	"github.com/onsi/gomega/types"
)

// HaveFrames is about how many frames have passed links, or a matcher of that.
func HaveFrames(n any) Matcher {
	inner, wrong := numberOrMatcher(n)
	return &framesMatcher{inner: inner, wrong: wrong}
}

type framesMatcher struct {
	inner types.GomegaMatcher
	wrong string        // as in viewMatcher
	last  atomic.Uint64 // frames that the latest Match saw
}

// Name implements Matcher.
func (m *framesMatcher) Name() string { return "HaveFrames" }

// Match implements Matcher.
func (m *framesMatcher) Match(a Actual) (bool, error) {
	if err := refuse(m.Name(), m.wrong); err != nil {
		return false, err
	}
	if a.Frames == nil {
		return false, fmt.Errorf("HaveFrames needs a *Traffic or *Links, as of cluster.AllLinks(); got %s", a.Type)
	}
	n, err := a.Frames()
	if err != nil {
		return false, err
	}
	m.last.Store(n)
	return m.inner.Match(n)
}

// Message implements Matcher.
func (m *framesMatcher) Message(_ Actual, negated bool) string {
	ask := m.inner.FailureMessage
	if negated {
		ask = m.inner.NegatedFailureMessage
	}
	return "The number of frames that passed:\n" + ask(m.last.Load())
}
