package sight

import (
	"fmt"
	"slices"
	"strings"

	"github.com/onsi/gomega"
)

// HaveSubscribers is about the roles of a topic's subscribers, how many there are, or a
// matcher of the roles; given nothing, about whether there are any.
func HaveSubscribers(topic string, roles []any) Matcher {
	names, inner, wrong := namesOrMatcher(roles)
	m := &viewMatcher{name: "HaveSubscribers", services: true}
	number := -1
	if len(roles) == 1 {
		if n, is := roles[0].(int); is {
			number = n
		}
	}
	switch {
	case number >= 0:
		m.wanted, inner = fmt.Sprintf("have %d subscribers of %q", number, topic), gomega.HaveLen(number)
	case wrong != "":
		m.wrong = strings.Replace(wrong, "takes", "takes an int from 0 on,", 1)
	case names == nil:
		m.wanted, m.detail = fmt.Sprintf("have subscribers of %q that satisfy", topic), inner
	case len(roles) == 0:
		m.wanted, inner = fmt.Sprintf("have some subscriber of %q", topic), gomega.Not(gomega.BeEmpty())
	default:
		m.wanted, m.detail, m.roles = fmt.Sprintf("have exactly these subscribers of %q", topic), names, names
	}
	m.check = func(v View) (string, bool, error) {
		if v.Subscribers == nil {
			return "", false, fmt.Errorf("the node of %s has no subscribers to tell of: it needs pubsub.Start, "+
				"or a method Subscribers() map[string][]string", v.Role)
		}
		on, seen := slices.Sorted(slices.Values(v.Subscribers[topic])), "no subscriber"
		if len(on) > 0 {
			seen = "subscribers on " + strings.Join(on, ", ")
		}
		ok, err := inner.Match(append([]string{}, on...))
		return seen, ok, err
	}
	return m
}
