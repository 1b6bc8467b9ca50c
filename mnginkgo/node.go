package mnginkgo

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/cluster/pubsub"
	"github.com/7aca83c2/multinode/cluster/sharding"
	"github.com/7aca83c2/multinode/cluster/singleton"
	"github.com/7aca83c2/multinode/mnginkgo/internal/names"
	"github.com/7aca83c2/multinode/mnginkgo/internal/sight"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
	"github.com/7aca83c2/multinode/transport"
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
		failHere(fmt.Sprintf("%s: the node of %s is a %T, which has none; use Instance", what, n.env.Role, n.Instance()))
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
			failHere(fmt.Sprintf("Barrier(%q): %v", name, err))
		}
	}
	if err := stage.Barrier.Tell(n.ctx, n.env.node.Stage, stage.Party{Role: n.env.Role, Name: name, Parties: roles}); err != nil {
		failHere(err.Error())
	}
}

// decoderEnv is what refs in a message need to be of use: the node's actor system.
func (n *Node) decoderEnv() any {
	if node := actorNodeOf(n.Instance()); node != nil {
		return node.System
	}
	return nil
}

// ActorNode is what DefaultBoot starts: an actor system and its membership.
type ActorNode struct {
	System     *actor.System
	Membership *cluster.Membership

	roles names.Roles
}

// DefaultBoot starts an actor system and a cluster node at the role's address. It
// asks the seed roles to let it in. It returns an *ActorNode. A Boot may call it and return
// something of its own that embeds the *ActorNode; where all that is to be added runs on
// the node, a BeforeEachNode does without.
func DefaultBoot(_ context.Context, env *Env) (Instance, error) {
	env.defaulted = true
	system, err := actor.NewSystem(env.SystemOptions()...)
	if err != nil {
		return nil, err
	}
	membership, err := cluster.Start(system, env.clusterOptions()...)
	if err != nil {
		system.Kill()
		return nil, err
	}
	return &ActorNode{system, membership, env.roles}, nil
}

// SystemOptions returns the options of an actor system that a Boot starts by itself: the role's network, address,
// incarnation and log, a seed that is drawn from Rand, and, in virtual time, turns in the order of the spec.
func (e *Env) SystemOptions() []actor.SystemOption {
	return []actor.SystemOption{
		actor.WithNetwork(e.Network, e.Address),
		actor.WithIncarnation(e.Incarnation),
		actor.WithLogger(e.Log),
		actor.WithSeed(e.Rand.Uint64()),
		actor.WithTurns(e.later),
	}
}

// actorNode is what tells an *ActorNode, and what embeds one, from other instances.
func (n *ActorNode) actorNode() *ActorNode { return n }

func (e *Env) clusterOptions() []cluster.Option {
	seeds := e.actors.seeds
	if len(seeds) == 0 {
		seeds = e.Roles[:1]
	}
	addresses := make([]transport.Address, len(seeds))
	for i, role := range seeds {
		addresses[i] = e.AddressOf(role)
	}
	options := []cluster.Option{
		cluster.WithSeeds(addresses...),
		cluster.WithContacts(e.contacts()...),
		cluster.WithRoles(e.Role),
		cluster.WithLogger(e.Log),
		cluster.WithRand(rand.NewPCG(e.Rand.Uint64(), e.Rand.Uint64())),
		cluster.WithGossipInterval(config.GossipInterval),
		cluster.WithDetector(cluster.Deadline(config.HeartbeatInterval, config.UnreachableAfter)),
	}
	if config.DownAfter > 0 {
		options = append(options, cluster.WithDowning(cluster.AutoDown(config.DownAfter)))
	}
	options = append(options, e.actors.cluster...)
	if e.actors.downing != nil {
		if downing := e.actors.downing(e); downing != nil {
			options = append(options, cluster.WithDowning(downing))
		}
	}
	return options
}

// contacts returns, for a node that is not the first of its role, the addresses of the
// others: a cluster may be there that it has belonged to.
func (e *Env) contacts() (all []transport.Address) {
	if e.Incarnation == 1 {
		return nil
	}
	for _, role := range e.Roles {
		if role != e.Role {
			all = append(all, e.AddressOf(role))
		}
	}
	return all
}

// Members implements MemberLister.
func (n *ActorNode) Members() []Member {
	view := n.Membership.View()
	members := make([]Member, len(view.Members))
	for i, m := range view.Members {
		members[i] = Member{Role: n.roles.At(m.Address), Status: m.Status, Unreachable: m.Unheard}
	}
	return members
}

// Leader implements LeaderTeller.
func (n *ActorNode) Leader() string { return n.roles.At(n.Membership.View().Leader) }

// Converged implements Converger.
func (n *ActorNode) Converged() bool { return n.Membership.View().Converged }

// Singletons implements SingletonLister.
func (n *ActorNode) Singletons() []Singleton {
	infos := singleton.On(n.System)
	all := make([]Singleton, len(infos))
	for i, s := range infos {
		all[i] = Singleton{Name: s.Name, Role: n.roles.At(s.Address), Here: s.Here}
	}
	return all
}

// Subscribers implements SubscriberLister. It returns nil if the node has no pubsub.
func (n *ActorNode) Subscribers() map[string][]string {
	ps := pubsub.Of(n.System)
	if ps == nil {
		return nil
	}
	all := map[string][]string{}
	for _, topic := range ps.Topics() {
		for _, s := range ps.Subscribers(topic) {
			all[topic] = append(all[topic], n.roles.At(s.Address))
		}
	}
	return all
}

// Shards implements ShardLister.
func (n *ActorNode) Shards() []Shard {
	known := sharding.Shards(n.System)
	all := make([]Shard, len(known))
	for i, s := range known {
		all[i] = Shard{Type: s.Type, ID: s.ID, Role: n.roles.At(s.At), Here: s.Here, Entities: s.Entities}
	}
	return all
}

// Ended implements Ender.
func (n *ActorNode) Ended() error {
	err := n.Membership.Err()
	if why := errors.Unwrap(err); why != nil {
		return why // who it is about is known
	}
	return err
}

// Leave implements Leaver.
func (n *ActorNode) Leave(ctx context.Context) error { return n.Membership.Leave(ctx) }

// Stop implements Stopper.
func (n *ActorNode) Stop(ctx context.Context) error { return n.System.Stop(ctx) }

// Crash implements Crasher.
func (n *ActorNode) Crash() { n.System.Kill() }
