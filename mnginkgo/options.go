package mnginkgo

import (
	"log/slog"
	"time"

	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/transport"
)

// Option is a choice made in MultiNode.
type Option interface{ apply(*plan) }

type option struct {
	name string
	set  func(*plan)
}

func (o option) apply(p *plan) {
	p.given = append(p.given, o.name)
	o.set(p)
}

// Options makes one Option of several, to be named and used again. An option that is
// given twice counts as given last.
func Options(options ...Option) Option { return optionList(options) }

type optionList []Option

func (l optionList) apply(p *plan) {
	for _, o := range l {
		o.apply(p)
	}
}

// Parallel gives each role an OS process of its own: one of Ginkgo's where there
// are enough, else a child of the test binary. The default is all nodes in the
// process that runs the spec. Nothing else about a spec changes, but for what a
// ParallelOption says.
func Parallel(options ...ParallelOption) Option {
	return option{"Parallel", func(p *plan) {
		p.parallel, p.isolated = true, false
		for _, o := range options {
			o.applyParallel(p)
		}
	}}
}

// ParallelOption is a choice made in Parallel.
type ParallelOption interface{ applyParallel(*plan) }

type parallelOption func(*plan)

func (o parallelOption) applyParallel(p *plan) { o(p) }

// Isolated gives each role a process that nothing else runs in: a fresh child, never one
// of Ginkgo's, and another one for each incarnation. Crash kills it with SIGKILL; Pause,
// Resume, Exit and MayExit need it. The default are processes that many specs share.
func Isolated() ParallelOption {
	return parallelOption(func(p *plan) { p.isolated = true })
}

// Starting boots only these roles when the spec begins; Cluster.Start boots the
// others later. The default is all roles.
func Starting(roles ...string) Option {
	return option{"Starting", func(p *plan) { p.starting = roles }}
}

// SeedRoles says which roles a node asks to be let into the cluster. The first
// forms the cluster. The default is the first role.
func SeedRoles(roles ...string) Option {
	return option{"SeedRoles", func(p *plan) { p.seeds = roles }}
}

// Boot starts something else than an actor system and a cluster node on each role, or
// calls DefaultBoot and starts something beside them. The default is DefaultBoot.
func Boot(boot BootFunc) Option {
	return option{"Boot", func(p *plan) { p.boot = boot }}
}

// Address gives the role's node another address on the network than its role, such as
// "10.0.0.1:2551". The default is the role.
func Address(role, address string) Option {
	return option{"Address", func(p *plan) { p.addresses[role] = transport.Address(address) }}
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
	return option{"ConnectionTimeout", func(p *plan) { p.connectionTimeout = d }}
}

// MustBite has a spec fail if one of its faults had no effect; see Fault.MustBite.
func MustBite() Option {
	return option{"MustBite", func(p *plan) { p.mustBite = true }}
}

// BarrierTimeout sets how long a barrier waits for all its roles. The default is
// barrier-timeout of ginkgo.yml, else 5 s.
func BarrierTimeout(patience time.Duration) Option {
	return option{"BarrierTimeout", func(p *plan) { p.barrierTimeout = patience }}
}

// GossipInterval sets how often the nodes of the default boot gossip when nothing
// has changed. The default is gossip-interval of ginkgo.yml, else 100 ms.
func GossipInterval(every time.Duration) Option {
	return clusterOption("GossipInterval", cluster.WithGossipInterval(every))
}

// Detector sets how the nodes of the default boot tell that another one is gone.
// The default is a deadline detector with heartbeat-interval and unreachable-after
// of ginkgo.yml, else 150 ms and 500 ms.
func Detector(detector cluster.Detector) Option {
	return clusterOption("Detector", cluster.WithDetector(detector))
}

// Downing sets who is taken out of the cluster when nodes of the default boot are
// unreachable. The default is cluster.AutoDown with down-after of ginkgo.yml, else
// nobody.
func Downing(downing cluster.Downing) Option {
	return clusterOption("Downing", cluster.WithDowning(downing))
}

// DowningFunc is Downing with a policy for each node, made of what the node is booted
// with: one for some roles only, or one with a lease of Env.Lease. Where policy returns
// nil, it is as if DowningFunc were not there.
func DowningFunc(policy func(env *Env) cluster.Downing) Option {
	return option{"DowningFunc", func(p *plan) { p.downing = policy }}
}

// ClusterOptions passes further options to cluster.Start in the default boot, after
// those that the harness sets. The default is none.
func ClusterOptions(options ...cluster.Option) Option {
	return clusterOption("ClusterOptions", options...)
}

func clusterOption(name string, options ...cluster.Option) Option {
	return option{name, func(p *plan) { p.cluster = append(p.cluster, options...) }}
}
