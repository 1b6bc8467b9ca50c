// Package start_test has one trivial spec and a broker: what a suite of multinode needs to
// start.
package start_test

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/bench/internal/figures"
	. "github.com/7aca83c2/multinode/mnginkgo"
)

func TestStart(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "Start")
}

var _ = SynchronizedBeforeSuite(StartBroker, JoinBroker)

var _ = It("says that it ran", Label("trivial"), func() {
	Expect(figures.Tell("ran", 1)).To(Succeed())
})

// Without a spec like this one there would be no broker. It is filtered out when the
// start is measured.
var _ = Describe("two nodes", MultiNode(Roles("a", "b"), Parallel()), Label("parallel"), func() {
	It("form", func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveMembers("a", "b"))
	})
})
