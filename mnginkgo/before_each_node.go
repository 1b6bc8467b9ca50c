package mnginkgo

import (
	"context"
	"errors"

	"github.com/onsi/ginkgo/v2"
)

// BeforeEachNode has body run on every role, each time a node of it was booted: when
// a spec begins, and after Start and Restart. Call it in the body of a container with
// MultiNode, directly. A body that fails or panics fails the spec.
func BeforeEachNode(body func(ctx context.Context, node *Node)) {
	ginkgo.GinkgoHelper()
	onlyInTree("BeforeEachNode", "directly in the body of a container that has MultiNode(Roles(...))")
	ginkgo.BeforeEach(onBoot(body), ginkgo.Offset(1))
}

// onBoot is a body of BeforeEachNode on its way to transform.
type onBoot func(ctx context.Context, node *Node)

var errBeforeEachNode = errors.New("BeforeEachNode must be called directly in the body of a container that has MultiNode(Roles(...))")

// addOnBoot gives the body to the plan of the container being built, and returns
// what Ginkgo is to run in its place: nothing, as booting a node runs it.
func addOnBoot(body onBoot) (func(), error) {
	if len(tree.scope) == 0 || tree.scope[len(tree.scope)-1].plan == nil {
		return nil, errBeforeEachNode
	}
	p := tree.scope[len(tree.scope)-1].plan
	p.onBoot = append(p.onBoot, body)
	return func() {}, nil
}
