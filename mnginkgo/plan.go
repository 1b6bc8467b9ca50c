package mnginkgo

import (
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
	isolated bool // a process for each role alone
	starting []string
	seeds    []string
	boot     BootFunc
	cluster  []cluster.Option
	downing  func(*Env) cluster.Downing
	data     map[string]any
	dataFor  []string
	onBoot   []onBoot

	addresses map[string]transport.Address // of roles whose address is not their name
	ips       netconn.IPs                  // of the roles' Networks, or nil
	givenIPs  []string
	logLevel  slog.Level
	mustBite  bool

	connectionTimeout time.Duration
	barrierTimeout    time.Duration
	datagramBuffer    int // in bytes; 0: netconn's own

	given   []string // names of the options, in order
	mistake error    // the first in them

	running *Cluster // the nodes of the spec that runs, or nil
	leased  bool     // this process holds the processes for it
}

// MultiNode decorates a container or an It: its specs run on a node for each role.
// Bodies below it may take a *Cluster, to conduct the nodes, or a *Node, to run on
// each of them at once. There must be at least one role, and no two of one name;
// a mistake in the options ends the run while the tree is built. Called while specs run it fails
// the one that calls it.
func MultiNode(roles RoleNames, options ...Option) any {
	ginkgo.GinkgoHelper()
	onlyInTree("MultiNode", `beside the text of a container or an It: Describe("orders", MultiNode(Roles("a", "b")), func() { ... })`)
	configure()
	strays.hear()
	p := &plan{
		roles: roles, data: map[string]any{},
		addresses: map[string]transport.Address{}, logLevel: config.LogLevel, barrierTimeout: config.BarrierTimeout,
	}
	applyAll(p, "", options)
	return p
}

// refuse notes a mistake in the options, for the container to tell.
func (p *plan) refuse(format string, args ...any) {
	if p.mistake == nil {
		p.mistake = fmt.Errorf("MultiNode: "+format, args...)
	}
}

// needsDefaultBoot are the options that have no effect unless DefaultBoot is called.
var needsDefaultBoot = []string{"SeedRoles", "GossipInterval", "Detector", "Downing", "DowningFunc", "ClusterOptions"}

// check returns an error for a plan that makes no sense.
func (p *plan) check() error {
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
	if slices.Contains(p.given, "SeedRoles") && len(p.seeds) == 0 {
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
	}{{"Starting", p.starting, true}, {"SeedRoles", p.seeds, true}, {"Data", p.dataFor, false}, {"Address", mapKeys(p.addresses), true}} {
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
	for _, name := range p.given {
		if !defaulted && slices.Contains(needsDefaultBoot, name) {
			return fmt.Errorf("MultiNode: Boot and %s: %s is for DefaultBoot, which this Boot does not call", name, name)
		}
	}
	return nil
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
	case !slices.Contains(p.given, "IPAddresses"):
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
	if slices.Contains(p.given, "Starting") {
		return p.starting
	}
	return p.roles
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

func mapKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
