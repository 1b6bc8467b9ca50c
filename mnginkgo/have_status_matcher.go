package mnginkgo

import (
	"fmt"
	"strings"

	"github.com/onsi/gomega"
	"github.com/onsi/gomega/types"
)

// HaveStatus holds when the role has this Status, such as Up: its text, "up", is none, and
// nor is a number. Removed also holds for a role that is not, or no longer, a member. A
// matcher in place of the status is given the Status; it is given Removed for a role that
// is no member.
func HaveStatus(role string, status any) types.GomegaMatcher {
	inner, ok := asMatcher(status)
	wrong := ""
	if _, is := status.(Status); is {
		inner = gomega.Equal(status)
	} else if !ok {
		wrong = takes("a Status, such as Up, or a matcher", status) + statusHint(status)
	}
	m := &viewMatcher{name: "HaveStatus", wrong: wrong, roles: []string{role}, members: true, wanted: fmt.Sprintf("have %s with status", role), detail: status}
	m.check = func(v View) (string, bool, error) {
		member, ok := v.member(role)
		if !ok {
			member = Member{Role: role, Status: Removed}
		}
		matched, err := inner.Match(member.Status)
		return v.String(), matched, err
	}
	return m
}

// statusHint says what to write in place of a text that can be taken for a status.
func statusHint(argument any) string {
	text, _ := argument.(string)
	for _, name := range []string{"Joining", "WeaklyUp", "Up", "Leaving", "Exiting", "Down", "Removed"} {
		if strings.EqualFold(strings.ReplaceAll(text, " ", ""), name) {
			return ": write " + name
		}
	}
	return ""
}
