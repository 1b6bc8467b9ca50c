// Package lab runs clusters within a test of a package that is built on package cluster.
// Call it in a testing/synctest bubble.
package lab

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/chanpair"
)

// Lab is a cluster in one process. The first seed is "a".
type Lab struct {
	testing.TB
	Nodes map[transport.Address]*Node

	sw      *transport.Switch
	network transport.Network
	options []cluster.Option
	log     *slog.Logger
	lives   uint64
}

// Node is one that runs.
type Node struct {
	*cluster.Membership
	Sys *actor.System
}

// New returns a lab without nodes. Those that are left when the test ends are killed.
func New(t testing.TB, options ...cluster.Option) *Lab {
	sw := transport.NewSwitch()
	l := &Lab{
		TB: t, sw: sw, network: chanpair.New(sw), options: options,
		Nodes: map[transport.Address]*Node{}, log: slog.New(slog.DiscardHandler),
	}
	if testing.Verbose() {
		l.log = slog.New(slog.NewTextHandler(t.Output(), nil))
	}
	t.Cleanup(func() {
		for _, n := range l.Nodes {
			n.Sys.Kill()
		}
	})
	return l
}

// Start boots nodes at these addresses.
func (l *Lab) Start(addresses ...transport.Address) {
	l.Helper()
	for _, a := range addresses {
		l.lives++
		sys, err := actor.NewSystem(actor.WithNetwork(l.network, a), actor.WithIncarnation(l.lives), actor.WithLogger(l.log))
		if err != nil {
			l.Fatal(err)
		}
		options := []cluster.Option{
			cluster.WithSeeds("a"), cluster.WithLogger(l.log), cluster.WithRand(rand.NewPCG(l.lives, 1)),
			cluster.WithDetector(cluster.Deadline(50*time.Millisecond, 200*time.Millisecond)),
		}
		m, err := cluster.Start(sys, append(options, l.options...)...)
		if err != nil {
			l.Fatal(err)
		}
		l.Nodes[a] = &Node{m, sys}
	}
}

// Crash kills the node.
func (l *Lab) Crash(a transport.Address) {
	l.Nodes[a].Sys.Kill()
	delete(l.Nodes, a)
}

// Leave takes the node out of the cluster, and then stops it.
func (l *Lab) Leave(a transport.Address) {
	l.Helper()
	ctx, cancel := context.WithTimeout(l.Context(), time.Minute)
	defer cancel()
	if err := l.Nodes[a].Leave(ctx); err != nil {
		l.Fatal(err)
	}
	l.Crash(a)
}

// Cut cuts both links between two addresses.
func (l *Lab) Cut(a, b transport.Address) {
	l.Helper()
	if err := l.sw.Cut(l.Context(), links(a, b)...); err != nil {
		l.Fatal(err)
	}
}

// Heal mends both links.
func (l *Lab) Heal(a, b transport.Address) { l.sw.Mend(links(a, b)...) }

// Frames returns how many frames have been delivered so far.
func (l *Lab) Frames() (n uint64) {
	for _, s := range l.sw.Stats() {
		n += s.Frames
	}
	return n
}

func links(a, b transport.Address) []transport.Link {
	return []transport.Link{{From: a, To: b}, {From: b, To: a}}
}

// Addresses returns those of the nodes that run, in order.
func (l *Lab) Addresses() []transport.Address {
	var all []transport.Address
	for a := range l.Nodes {
		all = append(all, a)
	}
	slices.Sort(all)
	return all
}

// AwaitUp waits, for a minute at most, until all nodes that run see each other Up and
// nobody else.
func (l *Lab) AwaitUp() {
	l.Helper()
	want := fmt.Sprint(l.Addresses())
	l.Await("members "+want, func() bool {
		for _, n := range l.Nodes {
			v := n.View()
			if fmt.Sprint(v.Up()) != want || len(v.Members) != len(l.Nodes) || len(v.Unreachable()) > 0 {
				return false
			}
		}
		return true
	})
}

// Await waits, for a minute at most, until the condition holds.
func (l *Lab) Await(what string, condition func() bool) {
	l.Helper()
	for range 60_000 {
		if condition() {
			return
		}
		time.Sleep(time.Millisecond) //nolint:forbidigo // in a bubble it takes no time
	}
	for _, n := range l.Nodes {
		l.Log(n.View())
	}
	l.Fatalf("not within a minute: %s", what)
}
