//go:build fails

package team_test

import (
	"context"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

//guide:begin mute
var _ = Describe("a team that says nothing", MultiNode(Roles("a", "b"), Boot(mute)), func() {
	It("has members", func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveMembers("a", "b"))
	})
})

// mute hides all methods of the node.
func mute(ctx context.Context, env *Env) (Instance, error) {
	instance, err := boot(ctx, env)
	return struct{ hidden Instance }{instance}, err
}

//guide:end

var _ = Describe("a fault", MultiNode(Roles("a", "b", "c"), Boot(boot)), func() {
	//guide:begin toothless
	It("is borne", func(ctx SpecContext, cluster *Cluster) {
		cluster.Link("a", "b").MTU(1500).MustBite() // heartbeats are a few bytes
		Consistently(ctx, cluster).ShouldNot(HaveLeader("c"))
	})
	//guide:end

	//guide:begin typo
	It("is put on a link that there is", func(cluster *Cluster) {
		cluster.Partition("a", "d")
	})
	//guide:end
})

var _ = Describe("a team with a bad link", MultiNode(Roles("a", "b", "c"), Boot(bootTold), kinds), func() {
	//guide:begin never
	It("has one leader at most", func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveLeader("a"))
		cluster.Always("one leader at most", oneLeader)
		cluster.Link("a", "b").Cut()
		Eventually(ctx, cluster.Node("b")).WithTimeout(time.Minute).Should(HaveLeader(""))
	})
	//guide:end
})

//guide:begin stall
var _ = Describe("a team without b", MultiNode(Roles("a", "b"), Boot(bootTold), BarrierTimeout(500*time.Millisecond)), func() {
	It("meets when b leads", func(ctx SpecContext, node *Node) {
		if node.Role() == "b" {
			follow(ctx, node, "b")
		}
		node.Barrier("led")
	})
})

// follow returns when the node of a role follows a leader.
func follow(ctx context.Context, node *Node, leader string) {
	for node.Instance().(told).Leader() != leader {
		wait(ctx, 10*time.Millisecond)
		if ctx.Err() != nil {
			return
		}
	}
}

//guide:end
