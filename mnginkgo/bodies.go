package mnginkgo

import (
	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
)

// nodeBody is a body that runs on each role.
type nodeBody func(ginkgo.SpecContext, *Node)

// adaptBody turns a body that takes a *Cluster or a *Node into one that Ginkgo
// knows, and says what it took. Other arguments it returns as they are.
func adaptBody(p *plan, where types.CodeLocation, arg any) (body any, takes string) {
	switch body := arg.(type) {
	case func(*Cluster):
		return conducted(p, func(_ ginkgo.SpecContext, c *Cluster) { body(c) }), "*Cluster"
	case func(ginkgo.SpecContext, *Cluster):
		return conducted(p, body), "*Cluster"
	case func(*Node):
		return onEachRole(p, where, func(_ ginkgo.SpecContext, n *Node) { body(n) }), "*Node"
	case func(ginkgo.SpecContext, *Node):
		return onEachRole(p, where, body), "*Node"
	}
	return arg, ""
}

func conducted(p *plan, body func(ginkgo.SpecContext, *Cluster)) func(ginkgo.SpecContext) {
	return func(ctx ginkgo.SpecContext) { body(ctx, p.clusterFor(ctx)) }
}

func onEachRole(p *plan, where types.CodeLocation, body nodeBody) func(ginkgo.SpecContext) {
	ordinal := len(tree.bodies)
	tree.bodies = append(tree.bodies, body)
	return func(ctx ginkgo.SpecContext) { p.clusterFor(ctx).runBody(ctx, ordinal, where) }
}

// setUpNodes registers, in the container being built, what boots the roles and later
// stops them. It comes before any of the user's in that container.
func setUpNodes(p *plan) {
	if p.parallel {
		hookSpecs(p, func(ginkgo.SpecReport) bool { return true })
	}
	if anyScope(func(s scope) bool { return s.ordered }) {
		ginkgo.BeforeAll(p.setUp, p.where)
	} else {
		ginkgo.BeforeEach(p.setUp, ginkgo.OncePerOrdered, p.where)
	}
}

// withNodes makes the body of an It that carries MultiNode itself boot its nodes
// first. Arguments that are no body it returns as they are.
func withNodes(p *plan, arg any) any {
	switch body := arg.(type) {
	case func():
		return func(ctx ginkgo.SpecContext) { p.setUp(ctx); body() }
	case func(ginkgo.SpecContext):
		return func(ctx ginkgo.SpecContext) { p.setUp(ctx); body(ctx) }
	}
	return arg
}

// leafNodes are the nodes below a container that have a body.
const leafNodes = types.NodeTypeIt | types.NodeTypeBeforeEach | types.NodeTypeJustBeforeEach |
	types.NodeTypeAfterEach | types.NodeTypeJustAfterEach | types.NodeTypeBeforeAll | types.NodeTypeAfterAll
