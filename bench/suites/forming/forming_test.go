// Package forming_test measures how long three nodes take from the lease of their
// processes until every view agrees, and how long a command takes there and back.
package forming_test

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/bench/internal/figures"
	. "github.com/7aca83c2/multinode/mnginkgo"
)

func TestForming(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "Forming")
}

var _ = SynchronizedBeforeSuite(StartBroker, JoinBroker)

const (
	specs = 50   // that form, of each variant
	calls = 2000 // of the command
)

var _ = func() bool {
	forming("in-process")
	forming("parallel", Parallel())
	forming("isolated", Parallel(Isolated()))
	return true
}()

// forming declares the specs of a variant, which is their label.
func forming(variant string, options ...Option) {
	Describe("three nodes, "+variant, MultiNode(Roles("a", "b", "c"), options...), Label(variant, "forming"), func() {
		for i := range specs {
			It(fmt.Sprintf("form, %d", i), func(ctx SpecContext, cluster *Cluster) {
				Eventually(ctx, cluster).Should(And(HaveMembers("a", "b", "c"), HaveConverged()))
				took := time.Since(ctx.SpecReport().StartTime)
				Expect(figures.Tell("forming", took.Seconds())).To(Succeed())
			})
		}
	})
}

var (
	increment = Command(func(_ context.Context, _ *Node, n int) (int, error) { return n + 1, nil })
	identify  = Command(func(context.Context, *Node, struct{}) (int, error) { return os.Getpid(), nil })
)

var _ = Describe("a command, in-process", MultiNode(Roles("a", "b")), Label("in-process", "command"), func() {
	It("is called again and again", func(ctx SpecContext, cluster *Cluster) {
		Expect(identify.On(ctx, cluster.Node("a"), struct{}{})).To(Equal(os.Getpid()))
		callAgainAndAgain(ctx, cluster.Node("a"))
	})
})

var _ = Describe("a command, parallel", MultiNode(Roles("a", "b"), Parallel()), Label("parallel", "command"), func() {
	It("is called again and again", func(ctx SpecContext, cluster *Cluster) {
		callAgainAndAgain(ctx, elsewhere(ctx, cluster))
	})
})

// elsewhere returns a role that runs in another process.
func elsewhere(ctx context.Context, cluster *Cluster) *Handle {
	for _, role := range cluster.Roles() {
		pid, err := identify.On(ctx, cluster.Node(role), struct{}{})
		Expect(err).NotTo(HaveOccurred())
		if pid != os.Getpid() {
			return cluster.Node(role)
		}
	}
	Fail("all roles run in this process")
	return nil
}

func callAgainAndAgain(ctx context.Context, node *Handle) {
	took := make([]float64, calls)
	for i := range calls {
		began := time.Now()
		got, err := increment.On(ctx, node, i)
		took[i] = time.Since(began).Seconds()
		if err != nil || got != i+1 { // an assertion would allocate between the calls
			Fail(fmt.Sprintf("call %d returned %d: %v", i, got, err))
		}
	}
	Expect(figures.Tell("command", took...)).To(Succeed())
}
