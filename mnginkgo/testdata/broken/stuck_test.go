package broken_test

import (
	"context"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

// standStill is what code does that heeds no context.
func standStill() { select {} }

// idol is a node that stands still where it is told to.
type idol struct{}

func (idol) Members() []Member {
	if is("view") || is("lonely-view") {
		standStill()
	}
	return nil
}

func (idol) Stop(context.Context) error {
	if is("stop") {
		standStill()
	}
	return nil
}

var standing = Command(func(context.Context, *Node, int) (int, error) {
	standStill()
	return 0, nil
})

var _ = broken("stands-still", Roles("a", "b"), Boot(func(_ context.Context, env *Env) (Instance, error) {
	if is("boot") && env.Role == "b" {
		standStill()
	}
	return idol{}, nil
}), func() {
	It("conducts", func(ctx SpecContext, cluster *Cluster) {
		switch {
		case is("command"):
			_, err := standing.On(ctx, cluster.Node("b"), 0)
			Expect(err).NotTo(HaveOccurred())
		case is("lonely-command"):
			_, err := standing.On(context.Background(), cluster.Node("b"), 0)
			Expect(err).NotTo(HaveOccurred())
		case is("lonely-view"):
			Eventually(cluster).WithTimeout(time.Hour).Should(HaveMembers("a"))
		case is("view"):
			Eventually(ctx, cluster).WithTimeout(time.Minute).Should(HaveMembers("a"))
		}
	})
	It("runs on the roles", func(node *Node) {
		if is("body") && node.Role() == "b" {
			standStill()
		}
	})
})
