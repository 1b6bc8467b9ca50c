// Package lab runs clusters in one process for the tests of package cluster and of what is
// built on it: nodes, each with what a package runs on it, links between them that are cut
// or slow, and waiting that fails with what each node sees. Use it in a testing/synctest
// bubble, where waiting takes no time.
package lab

import (
	"context"
	"log/slog"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/chanpair"
)

// Quick is a detector for tests that wait for it: 200 ms.
var Quick = cluster.WithDetector(cluster.Deadline(50*time.Millisecond, 200*time.Millisecond))

// Seeds returns how many of n seeds a test tries: all, or with -short a tenth of them, but two at least.
func Seeds(n uint64) uint64 {
	if testing.Short() {
		return max(n/10, 2)
	}
	return n
}

// Lab is a cluster in one process. Its seed is "a", unless Options say otherwise.
type Lab struct {
	testing.TB
	Switch  *transport.Switch
	Nodes   map[transport.Address]*cluster.Membership // those that run
	Options []cluster.Option                          // of the nodes that are booted from now on
	// OnStart, if set, starts on each node of Start what is tested.
	OnStart func(transport.Address, *cluster.Membership)
	Lives   uint64 // how many nodes were booted: the incarnation of the last
	Seed    uint64 // of what nodes choose at random

	network transport.Network
	log     *slog.Logger
	systems []*actor.System // of all nodes there ever were
}

// New returns a lab without nodes. Those that it gets are killed when the test ends.
func New(t testing.TB, options ...cluster.Option) *Lab {
	sw := transport.NewSwitch()
	l := &Lab{
		TB: t, Switch: sw, Nodes: map[transport.Address]*cluster.Membership{}, Options: options, Seed: 1,
		network: chanpair.New(sw), log: slog.New(slog.DiscardHandler),
	}
	if testing.Verbose() {
		l.log = slog.New(slog.NewTextHandler(t.Output(), nil))
	}
	t.Cleanup(func() {
		for _, sys := range l.systems {
			sys.Kill()
		}
	})
	return l
}

// Start boots nodes at these addresses, and calls OnStart for each.
func (l *Lab) Start(addresses ...transport.Address) {
	l.Helper()
	for _, a := range addresses {
		m := l.Boot(a)
		if l.OnStart != nil {
			l.OnStart(a, m)
		}
	}
}

// Boot boots a bare node, which has options of its own beside those of the lab.
func (l *Lab) Boot(a transport.Address, options ...cluster.Option) *cluster.Membership {
	l.Helper()
	l.Lives++
	sys, err := actor.NewSystem(actor.WithNetwork(l.network, a), actor.WithIncarnation(l.Lives), actor.WithLogger(l.log.With("node", a)))
	l.Must(err)
	l.systems = append(l.systems, sys)
	l.Nodes[a], err = cluster.Start(sys, slices.Concat([]cluster.Option{
		cluster.WithSeeds("a"), cluster.WithLogger(l.log), cluster.WithRand(rand.NewPCG(l.Lives, l.Seed)),
	}, l.Options, options)...)
	l.Must(err)
	return l.Nodes[a]
}

// Crash kills nodes.
func (l *Lab) Crash(addresses ...transport.Address) {
	for _, a := range addresses {
		l.Nodes[a].System().Kill()
		delete(l.Nodes, a)
	}
}

// Leave takes a node out of the cluster, and then stops it.
func (l *Lab) Leave(a transport.Address) {
	l.Helper()
	l.Must(l.Nodes[a].Leave(l.Within(time.Minute)))
	l.Crash(a)
}

// Addresses returns those of the nodes that run, in order.
func (l *Lab) Addresses() []transport.Address { return slices.Sorted(maps.Keys(l.Nodes)) }

// Must fails the test if there is an error.
func (l *Lab) Must(err error) {
	l.Helper()
	if err != nil {
		l.Fatal(err)
	}
}

// Within returns a context that ends with the test, or when d has passed.
func (l *Lab) Within(d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(l.Context(), d)
	l.Cleanup(cancel)
	return ctx
}
