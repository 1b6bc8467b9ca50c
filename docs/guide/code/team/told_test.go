package team_test

import (
	"context"
	"fmt"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

//guide:begin told

// told is a node that tells when what it sees may have changed.
type told struct{ node }

// NotifyView makes it a ViewNotifier.
func (t told) NotifyView(changed func()) (stop func()) { return t.Watch(changed) }

func bootTold(ctx context.Context, env *Env) (Instance, error) {
	instance, err := boot(ctx, env)
	if err != nil {
		return nil, err
	}
	return told{instance.(node)}, nil
}

//guide:end

//guide:begin kinds

// kinds words what nodes of the team send: "b a" is that b is there, and follows a.
var kinds = FrameKinds(func(frame Frame) string {
	_, leader, is := strings.Cut(string(frame.Payload), " ")
	switch {
	case !is:
		return "" // nobody knows
	case leader == "":
		return "heartbeat, without a leader"
	default:
		return "heartbeat, follows " + leader
	}
})

//guide:end

//guide:begin always

// oneLeader returns an error if two nodes take themselves for the leader.
func oneLeader(views []View) error {
	leader := ""
	for _, view := range views {
		if view.Leader != view.Role {
			continue
		}
		if leader != "" {
			return fmt.Errorf("%s and %s lead", leader, view.Role)
		}
		leader = view.Role
	}
	return nil
}

var _ = Describe("a team that tells", MultiNode(Roles("a", "b", "c"), Boot(bootTold), kinds), func() {
	It("has one leader at most when that crashes", Label("crash"), func(ctx SpecContext, cluster *Cluster) {
		Eventually(ctx, cluster).Should(HaveLeader("a"))
		cluster.Always("one leader at most", oneLeader)
		cluster.Crash("a")
		Eventually(ctx, cluster).Should(HaveLeader("b"))
	})
})

//guide:end
