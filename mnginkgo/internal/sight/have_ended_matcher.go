package sight

import (
	"fmt"
	"strings"
)

// HaveEnded is about nodes that are no members any more, for one reason or any.
func HaveEnded(why []error) Matcher {
	m := &viewMatcher{name: "HaveEnded", needs: Ended, wanted: "have ended", ends: true}
	text := ""
	switch {
	case len(why) == 0:
	case len(why) > 1:
		m.wrong = fmt.Sprintf("takes one error, or none; got %d", len(why))
	case IsNil(why[0]):
		m.wrong = takes("the error that is why", why[0]) + ": HaveEnded() is for any"
	default:
		text = why[0].Error()
		m.detail = text
	}
	m.check = func(v View) (string, bool, error) {
		return v.String(), v.Ended != "" && strings.Contains(v.Ended, text), nil
	}
	return m
}
