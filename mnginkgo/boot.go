package mnginkgo

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/cluster/lease"
	"github.com/7aca83c2/multinode/cluster/pubsub"
	"github.com/7aca83c2/multinode/cluster/sharding"
	"github.com/7aca83c2/multinode/cluster/singleton"
	"github.com/7aca83c2/multinode/mnginkgo/internal/scratch"
	"github.com/7aca83c2/multinode/mnginkgo/internal/seat"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
	"github.com/7aca83c2/multinode/transport"
)

// BootFunc starts what runs on a role and returns it. It should return once the
// node can be reached, not wait for others. Its context ends after boot-timeout of
// ginkgo.yml, else 30 s, or when the spec does not want the boot any longer; what it starts
// outlives that context.
//
// What it returns may have any of the methods of MemberLister, LeaderTeller,
// Converger, Ender, SingletonLister, ShardLister, SubscriberLister, Leaver, Stopper
// and Crasher.
type BootFunc func(ctx context.Context, env *Env) (Instance, error)

// Instance is whatever runs on a role.
type Instance any

// Leaver leaves its cluster in good order. Leave returns when the others have let
// it go.
type Leaver interface {
	Leave(ctx context.Context) error
}

// Stopper ends an instance when its spec is over. Those of all roles stop at the same time,
// and none leaves the network before the last one has stopped: one may wait for what another
// says last.
type Stopper interface {
	Stop(ctx context.Context) error
}

// Crasher ends an instance at once and without a word to anyone. Its endpoints are
// closed before. Without it, Crash uses Stop.
type Crasher interface{ Crash() }

// Env is what a BootFunc is given.
type Env struct {
	Role        string
	Roles       []string          // all roles of the spec, in the order of MultiNode
	Incarnation uint64            // 1 for the first node of the role, 2 after Restart...
	Address     transport.Address // of the node on the network
	Network     *Network
	Log         *slog.Logger // goes to the spec's report, marked with the role
	Clock       *Clock       // see Cluster.SkewClock
	Rand        *rand.Rand   // seeded by the run, the role and the incarnation
	Data        any          // what Data gave for this role, or nil

	plan      *plan
	node      *seat.Node
	defaulted bool // DefaultBoot has been called
}

// ActorNode is what DefaultBoot starts: an actor system and its membership.
type ActorNode struct {
	System     *actor.System
	Membership *cluster.Membership

	plan *plan
}

// DefaultBoot starts an actor system and a cluster node at the role's address. It
// asks the seed roles to let it in. It returns an *ActorNode. A Boot may call it and return
// something of its own that embeds the *ActorNode; where all that is to be added runs on
// the node, a BeforeEachNode does without.
func DefaultBoot(_ context.Context, env *Env) (Instance, error) {
	env.defaulted = true
	system, err := actor.NewSystem(
		actor.WithNetwork(env.Network, env.Address),
		actor.WithIncarnation(env.Incarnation),
		actor.WithLogger(env.Log),
	)
	if err != nil {
		return nil, err
	}
	membership, err := cluster.Start(system, env.clusterOptions()...)
	if err != nil {
		system.Kill()
		return nil, err
	}
	return &ActorNode{system, membership, env.plan}, nil
}

// actorNode is what tells an *ActorNode, and what embeds one, from other instances.
func (n *ActorNode) actorNode() *ActorNode { return n }

// AddressOf returns the address of a role's node on the network.
func (e *Env) AddressOf(role string) transport.Address { return e.plan.addressOf(role) }

func (e *Env) clusterOptions() []cluster.Option {
	seeds := e.plan.seeds
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
	options = append(options, e.plan.cluster...)
	if e.plan.downing != nil {
		if downing := e.plan.downing(e); downing != nil {
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
		members[i] = Member{Role: n.plan.roleAt(m.Address), Status: m.Status, Unreachable: m.Unheard}
	}
	return members
}

// Leader implements LeaderTeller.
func (n *ActorNode) Leader() string { return n.plan.roleAt(n.Membership.View().Leader) }

// Converged implements Converger.
func (n *ActorNode) Converged() bool { return n.Membership.View().Converged }

// Singletons implements SingletonLister.
func (n *ActorNode) Singletons() []Singleton {
	infos := singleton.On(n.System)
	all := make([]Singleton, len(infos))
	for i, s := range infos {
		all[i] = Singleton{Name: s.Name, Role: n.plan.roleAt(s.Address), Here: s.Here}
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
			all[topic] = append(all[topic], n.plan.roleAt(s.Address))
		}
	}
	return all
}

// Shards implements ShardLister.
func (n *ActorNode) Shards() []Shard {
	known := sharding.Shards(n.System)
	all := make([]Shard, len(known))
	for i, s := range known {
		all[i] = Shard{Type: s.Type, ID: s.ID, Role: n.plan.roleAt(s.At), Here: s.Here, Entities: s.Entities}
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

// DataDir returns the path of a folder for what the role's node keeps on disk. It is
// empty when the role's first node starts, still there with all that is in it for the
// next one, and removed when the spec is over. Each role of each spec has its own; it is
// made when it is first asked for. With keep-data of ginkgo.yml it stays, and the report
// says where.
func (e *Env) DataDir() string {
	dir, err := e.node.DataDir()
	if err != nil {
		failHere(fmt.Sprintf("DataDir: %v", err), 1)
	}
	return dir
}

// newData returns where the data of one spec goes: into the folder of the process that its
// stage lives in, unless it is to be kept.
func (p *plan) newData() scratch.Data {
	in := scratch.Own.Path()
	if p.parallel && self.Dir() != "" {
		in = self.Dir()
	}
	return scratch.NewData(in, p.roles, config.KeepData)
}

// Lease returns the spec's lease of that name, the same for the nodes of all roles,
// whatever processes they run in. It is held for ttl after it was last acquired. It does
// not travel on the network: no cut keeps a node from it. Each spec starts with none held.
func (e *Env) Lease(name string, ttl time.Duration) lease.Lease {
	return stagedLease{e.node.Stage, stage.Lease{Name: name, TTL: ttl}}
}

type stagedLease struct {
	backstage stage.Backstage
	lease     stage.Lease
}

func (l stagedLease) Acquire(ctx context.Context, owner string) (bool, error) {
	l.lease.Owner = owner
	return stage.Acquire.Ask(ctx, l.backstage, l.lease)
}

func (l stagedLease) Release(ctx context.Context, owner string) error {
	l.lease.Owner = owner
	return stage.Release.Tell(ctx, l.backstage, l.lease)
}

// Clock is a role's clock: the machine's, plus what SkewClock has set. Code that is to be
// tested with clocks that differ takes the time from Env.Clock.
type Clock struct{ skew atomic.Int64 }

// Now returns the time. It has no monotonic part, and so jumps when the skew changes.
func (c *Clock) Now() time.Time { return time.Now().Round(0).Add(time.Duration(c.skew.Load())) }

// Since returns how much time has passed since t, by this clock.
func (c *Clock) Since(t time.Time) time.Duration { return c.Now().Sub(t) }
