package broken_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

var _ = broken("intercepts", Roles("a", "b"), func() {
	It("intercepts what a command asserts", func(ctx SpecContext, cluster *Cluster) {
		var err error
		caught := InterceptGomegaFailures(func() { _, err = assert.On(ctx, cluster.Node("b"), "a") })
		if variant() == nil {
			Expect(caught).To(ConsistOf(ContainSubstring("<string>: b\nto equal\n")))
			Expect(err).NotTo(HaveOccurred(), "the command has gone on")
			return
		}
		Expect(caught).To(BeEmpty())
		Expect(err).To(MatchError(And(HavePrefix("command on b, at "), ContainSubstring("<string>: b\n  to equal\n"))))
	})
})
