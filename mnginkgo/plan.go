package mnginkgo

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/mnginkgo/internal/broker"
	"github.com/7aca83c2/multinode/mnginkgo/internal/company"
	"github.com/7aca83c2/multinode/mnginkgo/internal/rolecode"
	"github.com/7aca83c2/multinode/mnginkgo/internal/tree"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/netconn"
)

// RoleNames are names of roles, as made by Roles.
type RoleNames []string

// Roles names the roles of a MultiNode container, or one side of a Split.
func Roles(names ...string) RoleNames { return names }

// plan is what a MultiNode decorator asks for. Every process of a run builds the
// same tree and so has the same plans, in the same order.
type plan struct {
	ordinal  int // its place among the plans of the tree
	where    types.CodeLocation
	roles    []string
	parallel bool
	isolated bool     // a process for each role alone
	starting []string // nil for all roles
	seeds    []string // nil for the first role
	boot     BootFunc
	cluster  []cluster.Option
	downing  func(*Env) cluster.Downing
	data     map[string]any
	dataFor  []string
	onBoot   []func(context.Context, *Node) // of BeforeEachNode

	addresses map[string]transport.Address // of roles whose address is not their name
	ips       netconn.IPs                  // of the roles' Networks, or nil
	givenIPs  []string                     // of IPAddresses; nil if that is not given
	logLevel  slog.Level
	mustBite  bool

	connectionTimeout time.Duration
	barrierTimeout    time.Duration
	datagramBuffer    int // in bytes; 0: netconn's own

	forDefaultBoot string // the first option that has no effect unless DefaultBoot is called
	mistake        error  // the first in the options
}

// specs is the tree of this process, and bodies are those in it that run on each role.
var (
	specs  = tree.New[*plan]()
	bodies tree.Numbered[func(ginkgo.SpecContext, *Node)]
)

// MultiNode decorates a container or an It: its specs run on a node for each role.
// Bodies below it may take a *Cluster, to conduct the nodes, or a *Node, to run on
// each of them at once. There must be at least one role, and no two of one name;
// a mistake in the options ends the run while the tree is built. Called while specs run it fails
// the one that calls it.
func MultiNode(roles RoleNames, options ...Option) any {
	onlyInTree("MultiNode", `beside the text of a container or an It: Describe("orders", MultiNode(Roles("a", "b")), func() { ... })`)
	configure()
	if !specs.Building() {
		self.HearLate()
	}
	p := plan{
		roles: roles, data: map[string]any{},
		addresses: map[string]transport.Address{}, logLevel: config.LogLevel, barrierTimeout: config.BarrierTimeout,
	}
	applyAll(&p, "", options)
	return tree.Decorator[*plan]{New: func() *plan {
		copied := p
		return &copied
	}}
}

// refuse notes a mistake in the options, for the container to tell.
func (p *plan) refuse(format string, args ...any) {
	if p.mistake == nil {
		p.mistake = fmt.Errorf("MultiNode: "+format, args...)
	}
}

// Parallel implements tree.Plan.
func (p *plan) Parallel() bool { return p.parallel }

// Stands implements tree.Plan.
func (p *plan) Stands(number int, where types.CodeLocation) { p.ordinal, p.where = number, where }

// Check implements tree.Plan.
func (p *plan) Check() error {
	if err := p.checkRoles(); err != nil {
		return err
	}
	if p.mistake != nil {
		return p.mistake
	}
	if err := p.checkNamed(); err != nil {
		return err
	}
	if err := p.checkIPs(); err != nil {
		return err
	}
	if p.seeds != nil && len(p.seeds) == 0 {
		return errors.New("MultiNode: SeedRoles() names no role")
	}
	return p.checkAddresses()
}

func (p *plan) checkRoles() error {
	if len(p.roles) == 0 {
		return errors.New(`MultiNode needs at least one role: MultiNode(Roles("a", "b"))`)
	}
	for i, role := range p.roles {
		if role == "" || len(role) > transport.MaxAddress {
			return fmt.Errorf("MultiNode: role %q: a role's name has 1 to %d bytes", role, transport.MaxAddress)
		}
		if slices.Contains(p.roles[:i], role) {
			return fmt.Errorf("MultiNode: role %q is named twice", role)
		}
	}
	return nil
}

// checkNamed returns an error if an option names a role that is none, or one twice.
func (p *plan) checkNamed() error {
	for _, named := range []struct {
		option string
		roles  []string
		once   bool
	}{{"Starting", p.starting, true}, {"SeedRoles", p.seeds, true}, {"Data", p.dataFor, false}, {"Address", slices.Sorted(maps.Keys(p.addresses)), true}} {
		for i, role := range named.roles {
			if !slices.Contains(p.roles, role) {
				return fmt.Errorf("MultiNode: %s(%q): the roles are %s", named.option, role, strings.Join(p.roles, ", "))
			}
			if named.once && slices.Contains(named.roles[:i], role) {
				return fmt.Errorf("MultiNode: %s names role %q twice", named.option, role)
			}
		}
	}
	return nil
}

// checkBooted returns an error if an option has had no effect, as no role's Boot has called
// DefaultBoot.
func (p *plan) checkBooted(defaulted bool) error {
	name := p.forDefaultBoot
	if defaulted || name == "" {
		return nil
	}
	return fmt.Errorf("MultiNode: Boot and %s: %s is for DefaultBoot, which this Boot does not call", name, name)
}

func (p *plan) checkAddresses() error {
	roleAt := map[transport.Address]string{}
	for _, role := range p.roles {
		address := p.addressOf(role)
		if len(address) == 0 || len(address) > transport.MaxAddress {
			return fmt.Errorf("MultiNode: Address(%q, %q): an address has 1 to %d bytes", role, address, transport.MaxAddress)
		}
		if other, taken := roleAt[address]; taken {
			return fmt.Errorf("MultiNode: roles %q and %q have the same address %q", other, role, address)
		}
		roleAt[address] = role
	}
	return nil
}

// checkIPs has the roles take the IP addresses that IPAddresses gives them.
func (p *plan) checkIPs() error {
	switch {
	case p.givenIPs == nil:
		return nil
	case len(p.givenIPs) == 0:
		p.ips = netconn.NumberIPs(p.roles...)
		return nil
	case len(p.givenIPs) != len(p.roles):
		return fmt.Errorf("MultiNode: IPAddresses has %d addresses for %d roles: give each one, or none at all", len(p.givenIPs), len(p.roles))
	}
	p.ips = netconn.IPs{}
	for i, text := range p.givenIPs {
		ip, err := netip.ParseAddr(text)
		if err != nil {
			return fmt.Errorf("MultiNode: IPAddresses: %w", err)
		}
		p.ips[p.roles[i]] = ip
	}
	if err := p.ips.Check(); err != nil {
		return fmt.Errorf("MultiNode: IPAddresses: %w", err)
	}
	return nil
}

func (p *plan) addressOf(role string) transport.Address {
	if address, ok := p.addresses[role]; ok {
		return address
	}
	return transport.Address(role)
}

// netAddressOf returns the address of a role's Network on the Switch, which is not that
// of the frames that its node opens by itself.
func (p *plan) netAddressOf(role string) transport.Address { return p.addressOf(role) + "~net" }

// hosts returns the names by which the roles find each other's Network.
func (p *plan) hosts() netconn.Hosts {
	hosts := netconn.Hosts{}
	for _, role := range p.roles {
		hosts[role] = p.netAddressOf(role)
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
		Spec: spec.FullText(), Roles: p.roles, Machines: p.machines(), BarrierTimeout: p.barrierTimeout, Isolated: p.isolated,
	}
}

// roleAt returns the role of an address, or the address if it is nobody's.
func (p *plan) roleAt(address transport.Address) string {
	for _, role := range p.roles {
		if p.addressOf(role) == address || p.netAddressOf(role) == address {
			return role
		}
	}
	return string(address)
}

// startsAtOnce returns the roles that boot when a spec begins.
func (p *plan) startsAtOnce() []string {
	if p.starting == nil {
		return p.roles
	}
	return p.starting
}

// variant names the plan's variant for people.
func (p *plan) variant() string {
	switch {
	case p.isolated:
		return "isolated"
	case p.parallel:
		return "parallel"
	}
	return "in-process"
}

// self is this process's part in the run.
var self company.Process

// onlyInTree fails the node of Ginkgo's that runs, if one does: what is declared then is in no
// tree.
func onlyInTree(name, where string) {
	if !tree.SpecsRun() {
		return
	}
	message := name + " does nothing while specs run: it belongs " + where
	if _, on := rolecode.OnRole(); on {
		failHere(message)
	}
	ginkgo.Fail(message, outside())
}
