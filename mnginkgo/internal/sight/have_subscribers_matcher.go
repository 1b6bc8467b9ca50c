package sight

import (
	"fmt"
	"slices"
	"strings"
)

// HaveSubscribers is about the roles of a topic's subscribers, how many there are, or a
// matcher of the roles; given nothing, about whether there are any.
func HaveSubscribers(topic string, roles []any) Matcher {
	if n, ok := only[int](roles); ok && n >= 0 {
		return subscribersMatcher(fmt.Sprintf("have %d subscribers of %q", n, topic), nil, topic,
			func(on []string) (bool, error) { return len(on) == n, nil })
	}
	names, inner, wrong := namesOrMatcher(roles)
	if wrong != "" {
		return &viewMatcher{name: "HaveSubscribers", wrong: strings.Replace(wrong, "takes", "takes an int from 0 on,", 1)}
	}
	switch {
	case inner != nil:
		return subscribersMatcher(fmt.Sprintf("have subscribers of %q that satisfy", topic), inner, topic,
			func(on []string) (bool, error) { return inner.Match(on) })
	case len(roles) == 0:
		return subscribersMatcher(fmt.Sprintf("have some subscriber of %q", topic), nil, topic,
			func(on []string) (bool, error) { return len(on) > 0, nil })
	}
	m := subscribersMatcher(fmt.Sprintf("have exactly these subscribers of %q", topic), names, topic,
		func(on []string) (bool, error) { return slices.Equal(on, names), nil })
	m.roles = names
	return m
}

func subscribersMatcher(wanted string, detail any, topic string, judge func(on []string) (bool, error)) *viewMatcher {
	m := &viewMatcher{name: "HaveSubscribers", services: true, wanted: wanted, detail: detail}
	m.check = func(v View) (string, bool, error) {
		if v.Subscribers == nil {
			return "", false, fmt.Errorf("the node of %s has no subscribers to tell of: it needs pubsub.Start, "+
				"or a method Subscribers() map[string][]string", v.Role)
		}
		on := slices.Sorted(slices.Values(v.Subscribers[topic]))
		if on == nil {
			on = []string{}
		}
		ok, err := judge(on)
		return subscribersOn(on), ok, err
	}
	return m
}

func subscribersOn(roles []string) string {
	if len(roles) == 0 {
		return "no subscriber"
	}
	return "subscribers on " + strings.Join(roles, ", ")
}

// only returns the one argument if it is a T.
func only[T any](arguments []any) (t T, ok bool) {
	if len(arguments) == 1 {
		t, ok = arguments[0].(T)
	}
	return t, ok
}
