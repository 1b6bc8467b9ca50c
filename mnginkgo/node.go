package mnginkgo

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"

	"github.com/onsi/ginkgo/v2"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/mnginkgo/internal/names"
	"github.com/7aca83c2/multinode/mnginkgo/internal/sight"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
	"github.com/7aca83c2/multinode/mnginkgo/internal/tree"
)

// Node is the node of one role, in the hands of code that runs with it: a body that
// takes a *Node, a BeforeEachNode, a Command. It must not be used after that code
// has returned.
type Node struct {
	env *Env
	ctx context.Context // of the code it was handed to
}

// Role returns the node's role.
func (n *Node) Role() string { return n.env.Role }

// Roles returns all roles of the spec, whether their nodes run or not.
func (n *Node) Roles() []string { return slices.Clone(n.env.Roles) }

// Incarnation returns how many nodes this role has had in the spec, this one
// included.
func (n *Node) Incarnation() uint64 { return n.env.Incarnation }

// Env returns what the node was booted with.
func (n *Node) Env() *Env { return n.env }

// Log returns the node's logger, whose lines go to the spec's report.
func (n *Node) Log() *slog.Logger { return n.env.Log }

// Instance returns what the BootFunc returned.
func (n *Node) Instance() Instance { return n.env.node.Instance }

// System returns the node's actor system. It fails the code that asks if the node
// was booted by a Boot of the user's whose result neither is nor embeds an *ActorNode.
func (n *Node) System() *actor.System { return n.actorNode("System").System }

// Membership returns the node's place in the cluster. It fails the code that asks if
// the node was booted by a Boot of the user's whose result neither is nor embeds an *ActorNode.
func (n *Node) Membership() *cluster.Membership { return n.actorNode("Membership").Membership }

func (n *Node) actorNode(what string) *ActorNode {
	node := actorNodeOf(n.Instance())
	if node == nil {
		failHere(fmt.Sprintf("%s: the node of %s is a %T, which has none; use Instance", what, n.env.Role, n.Instance()), 2)
	}
	return node
}

// actorNodeOf returns the *ActorNode that an instance is or embeds, or nil.
func actorNodeOf(instance Instance) *ActorNode {
	if node, ok := instance.(interface{ actorNode() *ActorNode }); ok {
		return node.actorNode()
	}
	return nil
}

// View returns what the node sees.
func (n *Node) View() View {
	return viewOf(n.env.Role, n.Instance())
}

// actual implements what matchers ask of what belongs to a spec.
func (n *Node) actual() sight.Actual {
	return sight.Actual{Text: n.Role(), Knows: func(role string) error { return names.Known(n.env.Roles, role) }}
}

// Observe implements Observer: the node's own view.
func (n *Node) Observe() ([]View, error) {
	return []View{n.View()}, nil
}

// Barrier waits until every one of roles, this one included, has come to the barrier
// of that name; without roles, until all roles of the spec have. It fails the code
// that called it when a role's body ends without coming, or when barrier-timeout of
// ginkgo.yml (5 s) has passed. The name may be used again afterwards.
func (n *Node) Barrier(name string, roles ...string) {
	if len(roles) == 0 {
		roles = n.env.Roles
	}
	for _, role := range roles {
		if err := names.Known(n.env.Roles, role); err != nil {
			failHere(fmt.Sprintf("Barrier(%q): %v", name, err), 1)
		}
	}
	if err := stage.Barrier.Tell(n.ctx, n.env.node.Stage, stage.Party{Role: n.env.Role, Name: name, Parties: roles}); err != nil {
		failHere(err.Error(), 1)
	}
}

// decoderEnv is what refs in a message need to be of use: the node's actor system.
func (n *Node) decoderEnv() any {
	if node := actorNodeOf(n.Instance()); node != nil {
		return node.System
	}
	return nil
}

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
