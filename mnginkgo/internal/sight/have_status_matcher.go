package sight

import (
	"fmt"
	"strings"

	"github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/cluster"
)

// HaveStatus is about the status of a member, or a matcher of it. Who is no member is Removed.
func HaveStatus(role string, status any) Matcher {
	inner, ok := asMatcher(status)
	wrong := ""
	if _, is := status.(cluster.Status); is {
		inner = gomega.Equal(status)
	} else if !ok {
		wrong = takes("a Status, such as Up, or a matcher", status) + statusHint(status)
	}
	m := &viewMatcher{name: "HaveStatus", wrong: wrong, roles: []string{role}, needs: Members, wanted: fmt.Sprintf("have %s with status", role), detail: status}
	m.check = func(v View) (string, bool, error) {
		member, ok := v.member(role)
		if !ok {
			member.Status = cluster.Removed
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
