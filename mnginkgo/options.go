package mnginkgo

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/netip"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/onsi/ginkgo/v2"

	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/mnginkgo/internal/names"
	"github.com/7aca83c2/multinode/mnginkgo/internal/rolecode"
	"github.com/7aca83c2/multinode/mnginkgo/internal/settings"
	"github.com/7aca83c2/multinode/mnginkgo/internal/sight"
	"github.com/7aca83c2/multinode/mnginkgo/internal/tree"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/netconn"
)

// MultiNode decorates a container or an It: its specs run on a node for each role.
// Bodies below it may take a *Cluster, to direct the nodes, or a *Node, to run on
// each of them at once. There must be at least one role, and no two of one name;
// a mistake in the options ends the run while the tree is built. Called while specs run it fails
// the one that calls it.
func MultiNode(roles RoleNames, options ...Option) any {
	onlyInTree("MultiNode", `beside the text of a container or an It: Describe("orders", MultiNode(Roles("a", "b")), func() { ... })`)
	configure()
	if !specs.Building() {
		self.HearLate(writeIndex)
	}
	p := plan{
		Roles: names.Roles{Names: roles, Addresses: map[string]transport.Address{}}, data: map[string]any{},
		logLevel: config.LogLevel, barrierTimeout: config.BarrierTimeout,
	}
	applyAll(&p, "", options)
	p.Virtual = p.Virtual || config.Virtual && !p.Roles.Parallel && !p.realTime
	if p.Virtual && os.Getenv(settings.Instead) == parallelInstead {
		p.Virtual, p.Roles.Parallel = false, true
	}
	return tree.Decorator[*plan]{New: func() *plan {
		copied := p
		return &copied
	}}
}

// BeforeEachNode has body run on every role, each time a node of it was booted: when
// a spec begins, and after Start and Restart. Call it in the body of a container with
// MultiNode, directly. A body that fails or panics fails the spec.
func BeforeEachNode(body func(ctx context.Context, node *Node)) {
	onlyInTree("BeforeEachNode", "directly in the body of a container that has MultiNode(Roles(...))")
	ginkgo.BeforeEach(tree.ForPlan[*plan]{
		Give:      func(p *plan) { p.onBoot = append(p.onBoot, body) },
		Elsewhere: errBeforeEachNode,
	}, ginkgo.Offset(1))
}

var errBeforeEachNode = errors.New("BeforeEachNode must be called directly in the body of a container that has MultiNode(Roles(...))")

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

// ClusterFrom returns the cluster of the running spec, for bodies that cannot take
// it as a parameter: the entries of a DescribeTable, plain functions. It fails the
// spec if MultiNode is not around it.
func ClusterFrom(ctx context.Context) *Cluster {
	if err := misplaced(); err != nil {
		failHere("ClusterFrom: " + err.Error())
	}
	if c := current.Load(); c != nil {
		c.setContext(ctx)
		return c
	}
	why := "no cluster runs here: no container around this spec has MultiNode(Roles(...))"
	if specs.Has(ginkgo.CurrentSpecReport()) {
		why = noNodes
	}
	failHere("ClusterFrom: " + why)
	return nil
}

// Option is a choice made in MultiNode.
type Option interface{ apply(*plan) }

type option struct {
	name string // for people
	set  func(*plan)
}

func (o option) apply(p *plan) { o.set(p) }

// Misplaced implements tree.Misplaced: where it is an argument of a container's or an It's.
func (o option) Misplaced() error {
	return fmt.Errorf("%s is an option of MultiNode: MultiNode(Roles(...), %s(...))", o.name, o.name)
}

// Options makes one Option of several, to be named and used again. An option that is
// given twice counts as given last.
func Options(options ...Option) Option {
	return option{"Options", func(p *plan) { applyAll(p, "Options: ", options) }}
}

// applyAll applies the options that a function was given.
func applyAll(p *plan, function string, options []Option) {
	for i, o := range options {
		if o == nil {
			p.refuse("%soption %d is nil", function, i+1)
			continue
		}
		o.apply(p)
	}
}

// setter returns an option with a value that must not be nil.
func setter(name string, value any, set func(*plan)) option {
	return option{name, func(p *plan) {
		if sight.IsNil(value) {
			p.refuse("%s(nil): take it out for the default", name)
			return
		}
		set(p)
	}}
}

// positive returns an option with a duration that must be more than 0.
func positive(name string, d time.Duration, set func(*plan)) option {
	return option{name, func(p *plan) {
		if d <= 0 {
			p.refuse("%s(%v): it must be more than 0", name, d)
			return
		}
		set(p)
	}}
}

// forDefaultBoot has an option that is without effect unless DefaultBoot is called say so.
func forDefaultBoot(o option) Option {
	return option{o.name, func(p *plan) {
		if p.forDefaultBoot == "" {
			p.forDefaultBoot = o.name
		}
		o.set(p)
	}}
}

// Parallel gives each role an OS process of its own: one of Ginkgo's where there
// are enough, else a child of the test binary. The default is all nodes in the
// process that runs the spec. Nothing else about a spec changes, but for what the
// options say that it is given: Parallel(Isolated()).
func Parallel(options ...Option) Option {
	return option{"Parallel", func(p *plan) {
		p.Roles.Parallel = true
		applyAll(p, "Parallel: ", options)
	}}
}

// Isolated is Parallel with a process for each role that nothing else runs in: a fresh child,
// never one of Ginkgo's, and another one for each incarnation. Crash kills it with SIGKILL; Pause,
// Resume, Exit and MayExit need it. The default is processes that many specs share.
func Isolated() Option {
	return option{"Isolated", func(p *plan) { p.Roles.Parallel, p.Isolated = true, true }}
}

// Starting boots only these roles when the spec begins; Cluster.Start boots the
// others later. The default is all roles.
func Starting(roles ...string) Option {
	return option{"Starting", func(p *plan) { p.starting = append([]string{}, roles...) }}
}

// SeedRoles says which roles a node asks to be let into the cluster. The first
// forms the cluster. The default is the first role.
func SeedRoles(roles ...string) Option {
	return forDefaultBoot(option{"SeedRoles", func(p *plan) { p.seeds = append([]string{}, roles...) }})
}

// Boot starts something else than an actor system and a cluster node on each role, or
// calls DefaultBoot and starts something beside them. The default is DefaultBoot.
func Boot(boot BootFunc) Option {
	return setter("Boot", boot, func(p *plan) { p.boot = boot })
}

// Address gives the role's node another address on the network than its role, such as
// "10.0.0.1:2551". The default is the role.
func Address(role, address string) Option {
	return option{"Address", func(p *plan) { p.Addresses[role] = transport.Address(address) }}
}

// IPAddresses gives the roles IP addresses on Env.Network, for code that insists on them: the
// addresses of connections and sockets are then *net.TCPAddr and *net.UDPAddr, and both roles
// and IP addresses can be dialed. There is one for each role, in their order, or none: then
// they are 10.0.0.1, 10.0.0.2... The default is no IP addresses: addresses are "role:port".
func IPAddresses(ips ...string) Option {
	return option{"IPAddresses", func(p *plan) { p.givenIPs = append([]string{}, ips...) }}
}

// LogLevel sets which log lines of the nodes go to the spec's report. The default is
// log-level of ginkgo.yml, else info.
func LogLevel(level slog.Level) Option {
	return option{"LogLevel", func(p *plan) { p.logLevel = level }}
}

// Data hands the value to the code that boots the role; see Env.Data. The default
// is nil.
func Data(role string, value any) Option {
	return option{"Data", func(p *plan) {
		p.dataFor = append(p.dataFor, role)
		p.data[role] = value
	}}
}

// ConnectionTimeout sets how long a connection of Env.Network goes on without an answer,
// in a cut for instance, before it ends with ETIMEDOUT. The default is 30 s. Links.Reset
// ends one at once.
func ConnectionTimeout(d time.Duration) Option {
	return positive("ConnectionTimeout", d, func(p *plan) { p.connectionTimeout = d })
}

// DatagramBuffer sets how many bytes of datagrams that nobody has read a net.PacketConn of
// Env.Network keeps, with 128 for each; what comes when it is full is dropped, and the report of
// a failed spec says so. Its SetReadBuffer sets it for one. The default is 256 KiB.
func DatagramBuffer(bytes int) Option {
	return option{"DatagramBuffer", func(p *plan) {
		if bytes < 1 {
			p.refuse("DatagramBuffer(%d): it must be more than 0", bytes)
			return
		}
		p.datagramBuffer = bytes
	}}
}

// MustBite has a spec fail if one of its faults had no effect; see Fault.MustBite.
func MustBite() Option {
	return option{"MustBite", func(p *plan) { p.mustBite = true }}
}

// BarrierTimeout sets how long a barrier waits for all its roles. The default is
// barrier-timeout of ginkgo.yml, else 5 s.
func BarrierTimeout(patience time.Duration) Option {
	return positive("BarrierTimeout", patience, func(p *plan) { p.barrierTimeout = patience })
}

// Detector sets how the nodes of the default boot tell that another one is gone.
// The default is a deadline detector with heartbeat-interval and unreachable-after
// of ginkgo.yml, else 150 ms and 500 ms.
func Detector(detector cluster.Detector) Option {
	return forDefaultBoot(setter("Detector", detector, withCluster(cluster.WithDetector(detector))))
}

// Downing sets who is taken out of the cluster when nodes of the default boot are
// unreachable. The default is cluster.AutoDown with down-after of ginkgo.yml, else
// nobody.
func Downing(downing cluster.Downing) Option {
	return forDefaultBoot(setter("Downing", downing, withCluster(cluster.WithDowning(downing))))
}

// DowningFunc is Downing with a policy for each node, made of what the node is booted
// with: one for some roles only, or one with a lease of Env.Lease. Where policy returns
// nil, it is as if DowningFunc were not there.
func DowningFunc(policy func(env *Env) cluster.Downing) Option {
	return forDefaultBoot(setter("DowningFunc", policy, func(p *plan) { p.downing = policy }))
}

// ClusterOptions passes further options to cluster.Start in the default boot, after
// those that the harness sets. The default is none.
func ClusterOptions(options ...cluster.Option) Option {
	return forDefaultBoot(option{"ClusterOptions", func(p *plan) {
		for i, o := range options {
			if sight.IsNil(o) {
				p.refuse("ClusterOptions: option %d is nil", i+1)
				return
			}
		}
		withCluster(options...)(p)
	}})
}

func withCluster(options ...cluster.Option) func(*plan) {
	return func(p *plan) { p.cluster = append(p.cluster, options...) }
}

// refuse notes a mistake in the options, for the container to tell.
func (p *plan) refuse(format string, args ...any) {
	if p.mistake == nil {
		p.mistake = fmt.Errorf("MultiNode: "+format, args...)
	}
}

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
	if err := p.checkVirtual(); err != nil {
		return err
	}
	return p.checkAddresses()
}

func (p *plan) checkRoles() error {
	if len(p.Names) == 0 {
		return errors.New(`MultiNode needs at least one role: MultiNode(Roles("a", "b"))`)
	}
	for i, role := range p.Names {
		if role == "" || len(role) > transport.MaxAddress {
			return fmt.Errorf("MultiNode: role %q: a role's name has 1 to %d bytes", role, transport.MaxAddress)
		}
		if slices.Contains(p.Names[:i], role) {
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
	}{{"Starting", p.starting, true}, {"SeedRoles", p.seeds, true}, {"Data", p.dataFor, false}, {"Address", slices.Sorted(maps.Keys(p.Addresses)), true}} {
		for i, role := range named.roles {
			if !slices.Contains(p.Names, role) {
				return fmt.Errorf("MultiNode: %s(%q): the roles are %s", named.option, role, strings.Join(p.Names, ", "))
			}
			if named.once && slices.Contains(named.roles[:i], role) {
				return fmt.Errorf("MultiNode: %s names role %q twice", named.option, role)
			}
		}
	}
	return nil
}

func (p *plan) checkAddresses() error {
	roleAt := map[transport.Address]string{}
	for _, role := range p.Names {
		address := p.Address(role)
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
		p.ips = netconn.NumberIPs(p.Names...)
		return nil
	case len(p.givenIPs) != len(p.Names):
		return fmt.Errorf("MultiNode: IPAddresses has %d addresses for %d roles: give each one, or none at all", len(p.givenIPs), len(p.Names))
	}
	p.ips = netconn.IPs{}
	for i, text := range p.givenIPs {
		ip, err := netip.ParseAddr(text)
		if err != nil {
			return fmt.Errorf("MultiNode: IPAddresses: %w", err)
		}
		p.ips[p.Names[i]] = ip
	}
	if err := p.ips.Check(); err != nil {
		return fmt.Errorf("MultiNode: IPAddresses: %w", err)
	}
	return nil
}
