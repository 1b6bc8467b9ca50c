package mnginkgo

import (
	"fmt"

	"github.com/onsi/gomega/format"
	"github.com/onsi/gomega/types"
)

// HaveExited holds of cluster.Node(role) when the latest process of an isolated role has
// exited with the code: by Exit, Leave or by itself.
func HaveExited(code int) types.GomegaMatcher {
	m := &endMatcher{name: "HaveExited", wanted: fmt.Sprintf("have exited with code %d", code)}
	if code < 0 {
		m.wrong = takes("a code from 0 on", code) + ": HaveBeenKilled is for signals"
	}
	m.is = func(e processEnd) bool { return e.ended && e.signal == 0 && e.code == code }
	return m
}

// endMatcher is about how the process of an isolated role has ended. It keeps nothing
// of a Match, so it may be used for several roles.
type endMatcher struct {
	name, wrong, wanted string // as in viewMatcher
	is                  func(processEnd) bool
}

var _ types.GomegaMatcher = (*endMatcher)(nil)

// Match does what types.GomegaMatcher says.
func (m *endMatcher) Match(actual any) (bool, error) {
	if err := misused(m.name, actual); err != nil {
		return false, err
	}
	if err := refuse(m.name, m.wrong); err != nil {
		return false, err
	}
	h, ok := actual.(*Handle)
	if !ok {
		return false, fmt.Errorf("only a role's process, given as cluster.Node(role), can %s: this is %s", m.wanted, name(actual))
	}
	end, err := h.processEnd()
	if err != nil {
		return false, err
	}
	return m.is(end), nil
}

// FailureMessage does what types.GomegaMatcher says.
func (m *endMatcher) FailureMessage(actual any) string { return m.message(actual, "to ") }

// NegatedFailureMessage does what types.GomegaMatcher says.
func (m *endMatcher) NegatedFailureMessage(actual any) string { return m.message(actual, "not to ") }

func (m *endMatcher) message(actual any, to string) string {
	seen := "has no process of its own"
	if h, ok := actual.(*Handle); ok {
		if end, err := h.processEnd(); err == nil {
			seen = end.String()
		}
	}
	return fmt.Sprintf("Expected\n%s%s\n%s\nbut it\n%s%s", format.Indent, name(actual), to+m.wanted, format.Indent, seen)
}
