package mnginkgo

import (
	"fmt"

	"github.com/onsi/gomega"
	"github.com/onsi/gomega/types"
)

// HaveStatus holds when the role has this status. Removed also holds for a role that
// is not, or no longer, a member. A matcher in place of the status is given the
// Status; it is given Removed for a role that is no member.
func HaveStatus(role string, status any) types.GomegaMatcher {
	inner, ok := status.(types.GomegaMatcher)
	if !ok {
		inner = gomega.Equal(status)
	}
	m := &viewMatcher{name: "HaveStatus", roles: []string{role}, members: true, wanted: fmt.Sprintf("have %s with status", role), detail: status}
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
