package broken_test

import (
	"context"
	"errors"
	"sync/atomic"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

var (
	lingering atomic.Bool
	linger    = Command(func(ctx context.Context, _ *Node, _ string) (int, error) {
		lingering.Store(true)
		<-ctx.Done()
		return 0, ctx.Err()
	})
	lingers = Command(func(context.Context, *Node, string) (bool, error) { return lingering.Load(), nil })
)

// leave has a node linger, and then something end that.
func leave(ctx context.Context, node *Handle, argument string, end func(context.CancelFunc)) {
	GinkgoHelper()
	lingering.Store(false) // of both, if they share a process
	ctx, giveUp := context.WithCancel(ctx)
	defer giveUp()
	left := make(chan error)
	go func() {
		_, err := linger.On(ctx, node, argument)
		left <- err
	}()
	Eventually(ctx, func() (bool, error) { return lingers.On(ctx, node, "asked") }).Should(BeTrue())
	end(giveUp)
	Expect(<-left).To(HaveOccurred())
}

var _ = broken("history", Roles("a", "b"), Boot(silent), func() {
	var former *Call[string, int]

	It("is on the page", func(ctx SpecContext, cluster *Cluster) {
		history := NewHistory[string, int](cluster)
		history.BeginOn(cluster.Node("b"), "client 1", "get x").Returned(7)
		history.Begin("client 1", "put x").Failed(errors.New("read only"))
		history.BeginOn(cluster.Node("a"), "client 2", "put y").Unknown(errors.New("no answer"))
		former = history.Begin("client 3", "get y")

		Expect(refuse.On(ctx, cluster.Node("a"), "refused")).Error().To(HaveOccurred())
		leave(ctx, cluster.Node("a"), "crashed meanwhile", func(context.CancelFunc) { cluster.Crash("a") })
		Expect(refuse.On(ctx, cluster.Node("a"), "not begun")).Error().To(HaveOccurred())
		leave(ctx, cluster.Node("b"), "given up", func(giveUp context.CancelFunc) { giveUp() })
		Fail("look at the page")
	})
	It("has an end too many", func(cluster *Cluster) {
		call := NewHistory[string, int](cluster).Begin("client 1", "get x")
		call.Failed(errors.New("no answer"))
		call.Unknown(errors.New("no answer"))
	})
	It("is of another spec", func(*Cluster) { former.Returned(7) })
	It("is for a stranger", func(cluster *Cluster) { NewHistory[string, int](cluster).BeginOn(nil, "client 1", "get x") })
})
