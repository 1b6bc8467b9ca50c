package sight

import (
	"fmt"
	"syscall"
)

// HaveBeenKilled is about a process that a signal has ended.
func HaveBeenKilled(signal syscall.Signal) Matcher {
	m := &endMatcher{name: "HaveBeenKilled", wanted: fmt.Sprintf("have been ended by the signal %q", signal)}
	if signal <= 0 {
		m.wrong = takes("a signal, such as syscall.SIGKILL", signal) + ": HaveExited is for codes"
	}
	m.is = func(e End) bool { return e.Ended && e.Signal == signal }
	return m
}
