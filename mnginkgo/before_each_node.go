package mnginkgo

import (
	"context"
	"errors"

	"github.com/onsi/ginkgo/v2"

	"github.com/7aca83c2/multinode/mnginkgo/internal/tree"
)

// BeforeEachNode has body run on every role, each time a node of it was booted: when
// a spec begins, and after Start and Restart. Call it in the body of a container with
// MultiNode, directly. A body that fails or panics fails the spec.
func BeforeEachNode(body func(ctx context.Context, node *Node)) {
	ginkgo.GinkgoHelper()
	onlyInTree("BeforeEachNode", "directly in the body of a container that has MultiNode(Roles(...))")
	ginkgo.BeforeEach(tree.ForPlan[*plan]{
		Give:      func(p *plan) { p.onBoot = append(p.onBoot, body) },
		Elsewhere: errBeforeEachNode,
	}, ginkgo.Offset(1))
}

var errBeforeEachNode = errors.New("BeforeEachNode must be called directly in the body of a container that has MultiNode(Roles(...))")
