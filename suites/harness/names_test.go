package harness_test

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
	"github.com/7aca83c2/multinode/suites/internal/variants"
)

// waysToAsk are the assertions that a matcher may be in.
func waysToAsk(ctx SpecContext, actual any, matcher OmegaMatcher) map[string]func() {
	return map[string]func(){
		"To":           func() { Expect(actual).To(matcher) },
		"NotTo":        func() { Expect(actual).NotTo(matcher) },
		"Not":          func() { Expect(actual).To(Not(matcher)) },
		"Eventually":   func() { Eventually(ctx, actual).WithTimeout(5 * time.Second).Should(matcher) },
		"EventuallyNo": func() { Eventually(ctx, actual).WithTimeout(5 * time.Second).ShouldNot(matcher) },
		"Consistently": func() { Consistently(ctx, actual).WithTimeout(5 * time.Second).ShouldNot(matcher) },
	}
}

var _ = variants.Describe("a role that is none", Roles("a", "b"), Label("names"), func() {
	DescribeTable("is refused at once",
		func(ctx SpecContext, name string, matcher OmegaMatcher) {
			cluster := ClusterFrom(ctx)
			cluster.Crash("b")
			for _, actual := range []any{cluster, cluster.Node("a"), cluster.Node("b")} {
				for way, ask := range waysToAsk(ctx, actual, matcher) {
					Expect(InterceptGomegaFailure(ask)).To(MatchError(HaveSuffix(name+`: unknown role "bb": the roles are a, b`)), way)
				}
			}
		},
		Entry("by HaveMembers", "HaveMembers", HaveMembers("a", "bb")),
		Entry("by HaveMembers, in a list", "HaveMembers", HaveMembers([]string{"a", "bb"})),
		Entry("by HaveMembers, in Roles", "HaveMembers", HaveMembers("a", Roles("bb"))),
		Entry("by HaveUnreachable", "HaveUnreachable", HaveUnreachable("bb")),
		Entry("by HaveStatus", "HaveStatus", HaveStatus("bb", Removed)),
		Entry("by HaveLeader", "HaveLeader", HaveLeader("bb")),
		Entry("by HaveShardsOn", "HaveShardsOn", HaveShardsOn("cart", "bb", 0)),
		Entry("by HaveSingletonOn", "HaveSingletonOn", HaveSingletonOn("clerk", "bb")),
		Entry("by HaveSubscribers", "HaveSubscribers", HaveSubscribers("news", "bb")),
		Entry("by And", "HaveMembers", And(HaveMembers("bb"), HaveConverged())),
	)

	It("is refused in a body on a role", func(node *Node) {
		_, err := HaveMembers("bb").Match(node)
		Expect(err).To(MatchError(`HaveMembers: unknown role "bb": the roles are a, b`))
	})

	It("is refused where frames are counted", func(ctx SpecContext, cluster *Cluster) {
		for way, ask := range waysToAsk(ctx, cluster.Link("a", "bb"), HaveFrames(1)) {
			Expect(InterceptGomegaFailure(ask)).To(MatchError(HaveSuffix(`unknown role "bb": the roles are a, b`)), way)
		}
	})

	It("is not looked for inside other matchers, and nobody is no role", func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(And(HaveMembers("a", "b"), HaveLeader("a")))
		Expect(cluster).To(And(HaveMembers(Not(ContainElement("bb"))), Not(HaveLeader("")), Not(HaveLeader(Equal("bb")))))
	})
})
