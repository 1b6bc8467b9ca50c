package sight

import "fmt"

// HaveExited is about a process that has exited with a code.
func HaveExited(code int) Matcher {
	m := &endMatcher{name: "HaveExited", wanted: fmt.Sprintf("have exited with code %d", code)}
	if code < 0 {
		m.wrong = takes("a code from 0 on", code) + ": HaveBeenKilled is for signals"
	}
	m.is = func(e End) bool { return e.Ended && e.Signal == 0 && e.Code == code }
	return m
}
