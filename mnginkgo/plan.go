package mnginkgo

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/7aca83c2/multinode/internal/codec"
	"github.com/7aca83c2/multinode/mnginkgo/internal/broker"
	"github.com/7aca83c2/multinode/mnginkgo/internal/company"
	"github.com/7aca83c2/multinode/mnginkgo/internal/names"
	"github.com/7aca83c2/multinode/mnginkgo/internal/rolecode"
	"github.com/7aca83c2/multinode/mnginkgo/internal/seat"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
	"github.com/7aca83c2/multinode/mnginkgo/internal/tree"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/netconn"
)

// plan is what a MultiNode decorator asks for. Every process of a run builds the
// same tree and so has the same plans, in the same order.
type plan struct {
	names.Roles
	actorOptions

	ordinal  int // its place among the plans of the tree
	where    types.CodeLocation
	realTime bool     // no clock of its own, whatever ginkgo.yml says
	starting []string // nil for all roles

	seedCount int // of Seeds
	boot      BootFunc
	data      map[string]any
	dataFor   []string
	onBoot    []func(context.Context, *Node) // of BeforeEachNode

	ips      netconn.IPs // of the roles' Networks, or nil
	givenIPs []string    // of IPAddresses; nil if that is not given
	logLevel slog.Level
	mustBite bool

	frameKinds func(Frame) string

	connectionTimeout time.Duration
	barrierTimeout    time.Duration
	datagramBuffer    int // in bytes; 0: netconn's own

	forDefaultBoot string // the first option that has no effect unless DefaultBoot is called
	mistake        error  // the first in the options
}

// self is this process's part in the run, and specs is its tree.
var (
	self  company.Process
	specs = tree.New[*plan]()
)

// What was declared in this process: bodies that run on each role, commands, whose argument and result
// are encoded, and predicates of frames.
var (
	bodies     tree.Numbered[func(ginkgo.SpecContext, *Node)]
	commands   tree.Numbered[func(ctx context.Context, node *Node, argument []byte) ([]byte, error)]
	predicates tree.Numbered[func(Frame) bool]
)

// Parallel implements tree.Plan.
func (p *plan) Parallel() bool { return p.Roles.Parallel }

// Stands implements tree.Plan.
func (p *plan) Stands(number int, where types.CodeLocation) { p.ordinal, p.where = number, where }

// hosts returns the names by which the roles find each other's Network.
func (p *plan) hosts() netconn.Hosts {
	hosts := netconn.Hosts{}
	for _, role := range p.Names {
		hosts[role] = p.NetAddress(role)
	}
	return hosts
}

// machines returns where the Network of each role is, if its address is not too long for one.
func (p *plan) machines() map[string]transport.Address {
	machines := map[string]transport.Address(p.hosts())
	maps.DeleteFunc(machines, func(_ string, a transport.Address) bool { return len(a) > transport.MaxAddress })
	return machines
}

// request returns what a spec asks of the broker.
func (p *plan) request(spec ginkgo.SpecReport) broker.Request {
	return broker.Request{
		Spec: spec.FullText(), Roles: p.Names, Machines: p.machines(), BarrierTimeout: p.barrierTimeout, Isolated: p.Isolated,
	}
}

// predicate returns what a predicate says of the frames of a plan's roles.
func predicate(p stage.Predicate) func(transport.Frame) bool {
	roles, matches := specs.Plan(p.Plan).Roles, predicates.At(p.Ordinal)
	return func(f transport.Frame) bool { return matches(frameOf(roles, f)) }
}

// networkOptions are those of the roles' Networks.
func (p *plan) networkOptions() []netconn.Option {
	options := []netconn.Option{netconn.WithHosts(p.hosts()), netconn.WithIPs(p.ips), netconn.WithTurns(laterFor(p))}
	if p.connectionTimeout > 0 {
		options = append(options, netconn.WithUserTimeout(p.connectionTimeout))
	}
	if p.datagramBuffer > 0 {
		options = append(options, netconn.WithDatagramBuffer(p.datagramBuffer))
	}
	return options
}

// script is what the seats of this process run.
func script() seat.Script {
	return seat.Script{
		BootTimeout: config.BootTimeout, StopTimeout: config.StopTimeout,
		Plan: func(number int, role string) seat.Plan {
			p := specs.Plan(number)
			return seat.Plan{NetAddress: p.NetAddress(role), Net: p.networkOptions(), LogLevel: p.logLevel, Part: p.part}
		},
	}
}

// part returns the user's code for a node, with the Env and the Node that it is given.
func (p *plan) part(n *seat.Node) seat.Part {
	env := &Env{
		Role: n.Role, Roles: slices.Clone(p.Names), Incarnation: n.Incarnation, Address: p.Address(n.Role),
		Network: &Network{n.Network}, Log: n.Log, Clock: new(Clock), Rand: n.Rand, Data: p.data[n.Role], roles: p.Roles, actors: p.actorOptions, later: laterFor(p), node: n,
	}
	boot := p.boot
	if boot == nil {
		boot = DefaultBoot
	}
	watch := &watcher{node: n, virtual: p.Virtual, crowd: len(p.Names) >= crowd}
	return seat.Part{
		Boot:      func(ctx context.Context) (any, error) { return boot(ctx, env) },
		Defaulted: func() bool { return env.defaulted },
		Booted: func(ctx context.Context) {
			for _, body := range p.onBoot {
				body(ctx, &Node{env, ctx})
			}
		},
		Body: func(ctx context.Context, number int, report []byte) {
			spec := rolecode.NewContext(ctx, report)
			bodies.At(number)(spec, &Node{env, spec})
		},
		Command: func(ctx context.Context, number int, argument []byte) ([]byte, error) {
			return commands.At(number)(ctx, &Node{env, ctx}, argument)
		},
		View: func() ([]byte, error) {
			v := viewOf(env.Role, n.Instance)
			watch.asked(v)
			return codec.AppendAs(nil, v)
		},
		Watch: watch.begin,
		Skew:  func(by time.Duration) { env.Clock.skew.Store(int64(by)) },
	}
}
