package mnginkgo

import (
	"fmt"
	"syscall"

	"github.com/onsi/gomega/types"
)

// HaveBeenKilled holds of cluster.Node(role) when a signal has ended the latest process of
// an isolated role: that signal, such as syscall.SIGKILL after
// Crash or Kill.
func HaveBeenKilled(signal syscall.Signal) types.GomegaMatcher {
	m := &endMatcher{name: "HaveBeenKilled", wanted: fmt.Sprintf("have been ended by the signal %q", signal)}
	if signal <= 0 {
		m.wrong = takes("a signal, such as syscall.SIGKILL", signal) + ": HaveExited is for codes"
	}
	m.is = func(e processEnd) bool { return e.ended && e.signal == signal }
	return m
}

// processEnd is how the latest process of an isolated role has ended, if it has.
type processEnd struct {
	ended  bool
	code   int
	signal syscall.Signal // 0 if it exited
}

// String returns, for instance, "exited with code 3".
func (e processEnd) String() string {
	switch {
	case !e.ended:
		return "has not ended"
	case e.signal != 0:
		return fmt.Sprintf("was ended by the signal %q", e.signal)
	}
	return fmt.Sprintf("exited with code %d", e.code)
}

func (h *Handle) processEnd() (processEnd, error) {
	if !h.cluster.plan.isolated {
		return processEnd{}, fmt.Errorf("role %s has no process of its own; that needs MultiNode(Roles(...), Parallel(Isolated()))", h.role)
	}
	if lost := h.cluster.anyLoss(); lost != nil {
		return processEnd{}, lost
	}
	end := h.cluster.cast.End(h.role)
	if end == nil {
		return processEnd{}, nil
	}
	return processEnd{true, end.Code, syscall.Signal(end.Signal)}, nil
}
