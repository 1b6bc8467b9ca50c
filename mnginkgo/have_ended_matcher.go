package mnginkgo

import (
	"fmt"
	"strings"

	"github.com/onsi/gomega/types"
)

// HaveEnded holds when a node that runs is no member of its cluster any more: it was
// downed or replaced, or is a program that has ended by itself. Given an error, such as
// cluster.ErrDowned, it holds only if that is why: the reason's text has that of the error
// in it.
func HaveEnded(why ...error) types.GomegaMatcher {
	m := &viewMatcher{name: "HaveEnded", wanted: "have ended", ends: true}
	text := ""
	switch {
	case len(why) == 0:
	case len(why) > 1:
		m.wrong = fmt.Sprintf("takes one error, or none; got %d", len(why))
	case isNil(why[0]):
		m.wrong = takes("the error that is why", why[0]) + ": HaveEnded() is for any"
	default:
		text = why[0].Error()
		m.detail = text
	}
	m.check = func(v View) (string, bool, error) {
		if !v.TellsEnded {
			return "", false, v.lacks("Ended() error")
		}
		return v.String(), v.Ended != "" && strings.Contains(v.Ended, text), nil
	}
	return m
}
