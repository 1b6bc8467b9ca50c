package mnginkgo_test

import (
	"testing"

	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

// keeper is one that goes on listing whom it has removed, and unreachable ones before all.
type keeper struct{ lister }

func (k keeper) Members() []Member {
	return append(k.lister.Members(), Member{Role: "c", Status: Removed, Unreachable: true})
}

func TestAMemberThatIsRemovedIsNone(t *testing.T) {
	observed := views{view("a", "a", keeper{}.Members()...), view("b", "a", lister{}.Members()...)}
	for _, actual := range []any{keeper{}, observed} {
		g := NewWithT(t)
		g.Expect(actual).To(HaveMembers("a", "b"))
		g.Expect(actual).To(HaveMembers(HaveLen(2)))
		g.Expect(actual).To(HaveStatus("c", Removed))
		g.Expect(actual).NotTo(HaveMembers(ContainElements("c")))
		g.Expect(actual).NotTo(HaveUnreachable())
		g.Expect(actual).To(HaveUnreachable(BeEmpty()))
	}
	g := NewWithT(t)
	g.Expect(observed).To(HaveConverged(), "they see the same")
	g.Expect(observed[0].Members).To(HaveLen(3), "an Observer's views are its own")
	_, message := check(t, HaveMembers("a"), keeper{})
	g.Expect(message).To(HaveSuffix("but\n    it  sees  a up, b up"))
}
