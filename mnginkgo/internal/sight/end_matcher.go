package sight

import (
	"fmt"
	"syscall"

	"github.com/onsi/gomega/format"
)

// End is how the latest process of an isolated role has ended, if it has.
type End struct {
	Ended  bool
	Code   int
	Signal syscall.Signal // 0 if it exited
}

// String returns, for instance, "exited with code 3".
func (e End) String() string {
	switch {
	case !e.Ended:
		return "has not ended"
	case e.Signal != 0:
		return fmt.Sprintf("was ended by the signal %q", e.Signal)
	}
	return fmt.Sprintf("exited with code %d", e.Code)
}

// endMatcher is about how the process of an isolated role has ended. It keeps nothing
// of a Match, so it may be used for several roles.
type endMatcher struct {
	name, wrong, wanted string // as in viewMatcher
	is                  func(End) bool
}

// Name implements Matcher.
func (m *endMatcher) Name() string { return m.name }

// Match implements Matcher.
func (m *endMatcher) Match(a Actual) (bool, error) {
	if err := refuse(m.name, m.wrong); err != nil {
		return false, err
	}
	if a.End == nil {
		return false, fmt.Errorf("only a role's process, given as cluster.Node(role), can %s: this is %s", m.wanted, a.name())
	}
	end, err := a.End()
	return err == nil && m.is(end), err
}

// Message implements Matcher.
func (m *endMatcher) Message(a Actual, negated bool) string {
	seen := "has no process of its own"
	if a.End != nil {
		if end, err := a.End(); err == nil {
			seen = end.String()
		}
	}
	return fmt.Sprintf("Expected\n%s%s\n%s\nbut it\n%s%s", format.Indent, a.name(), to(negated)+m.wanted, format.Indent, seen)
}

// HaveExited is about a process that has exited with a code.
func HaveExited(code int) Matcher {
	m := &endMatcher{name: "HaveExited", wanted: fmt.Sprintf("have exited with code %d", code)}
	if code < 0 {
		m.wrong = takes("a code from 0 on", code) + ": HaveBeenKilled is for signals"
	}
	m.is = func(e End) bool { return e.Ended && e.Signal == 0 && e.Code == code }
	return m
}

// HaveBeenKilled is about a process that a signal has ended.
func HaveBeenKilled(signal syscall.Signal) Matcher {
	m := &endMatcher{name: "HaveBeenKilled", wanted: fmt.Sprintf("have been ended by the signal %q", signal)}
	if signal <= 0 {
		m.wrong = takes("a signal, such as syscall.SIGKILL", signal) + ": HaveExited is for codes"
	}
	m.is = func(e End) bool { return e.Ended && e.Signal == signal }
	return m
}
