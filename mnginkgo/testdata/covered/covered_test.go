package covered_test

import (
	"context"
	"os"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
	"github.com/7aca83c2/multinode/mnginkgo/testdata/covered"
)

func TestCovered(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "Covered")
}

var _ = SynchronizedBeforeSuite(StartBroker, JoinBroker)

var work = Command(func(_ context.Context, node *Node, _ int) (string, error) { return covered.Work(node.Role()), nil })

func options() []Option {
	switch os.Getenv("MN_COVERED") {
	case "parallel":
		return []Option{Parallel()}
	case "isolated":
		return []Option{Parallel(Isolated())}
	}
	return nil
}

var _ = It("works on each role", MultiNode(Roles("a", "b", "c", "d"), options()...), func(ctx SpecContext, cluster *Cluster) {
	for _, role := range cluster.Roles() {
		Expect(work.On(ctx, cluster.Node(role), 0)).NotTo(BeEmpty())
	}
	Eventually(ctx, cluster).Should(HaveMembers("a", "b", "c", "d"))
	cluster.Leave("c")
	if os.Getenv("MN_COVERED") == "isolated" {
		cluster.Exit(7, "d")
	}
})
