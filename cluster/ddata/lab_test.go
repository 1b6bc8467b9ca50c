package ddata

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/cluster/ddata/crdt"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/chanpair"
)

var (
	hits  = NewKey[crdt.PNCounter]("hits")
	names = NewKey[crdt.ORSet[string]]("names")
)

// lab is a cluster in one process, each node with a replicator.
type lab struct {
	testing.TB
	sw      *transport.Switch
	net     transport.Network
	options []cluster.Option
	log     *slog.Logger
	nodes   map[transport.Address]*labNode
	lives   uint64
}

type labNode struct {
	*Replicator
	*cluster.Membership
}

func newLab(t testing.TB, options ...cluster.Option) *lab {
	sw := transport.NewSwitch()
	l := &lab{
		TB: t, sw: sw, net: chanpair.New(sw), options: options,
		nodes: map[transport.Address]*labNode{}, log: slog.New(slog.DiscardHandler),
	}
	if testing.Verbose() {
		l.log = slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	t.Cleanup(func() {
		for _, n := range l.nodes {
			n.System().Kill()
		}
	})
	return l
}

// start boots nodes with these addresses; the seed is a.
func (l *lab) start(addresses ...transport.Address) {
	l.Helper()
	for _, a := range addresses {
		l.join(a)
		l.replicate(a)
	}
}

// join boots nodes without a replicator.
func (l *lab) join(addresses ...transport.Address) {
	l.Helper()
	for _, a := range addresses {
		l.lives++
		sys, err := actor.NewSystem(actor.WithNetwork(l.net, a), actor.WithIncarnation(l.lives), actor.WithLogger(l.log))
		if err != nil {
			l.Fatal(err)
		}
		options := append([]cluster.Option{cluster.WithSeeds("a"), cluster.WithRand(rand.NewPCG(l.lives, 1))}, l.options...)
		m, err := cluster.Start(sys, options...)
		if err != nil {
			l.Fatal(err)
		}
		l.nodes[a] = &labNode{nil, m}
	}
}

func (l *lab) replicate(a transport.Address) {
	l.Helper()
	n := l.nodes[a]
	r, err := Start(n.Membership, WithRand(rand.NewPCG(n.System().Incarnation(), 2)))
	if err != nil {
		l.Fatal(err)
	}
	n.Replicator = r
}

// form boots the nodes and waits until they are up and have caught up.
func (l *lab) form(addresses ...transport.Address) {
	l.Helper()
	l.start(addresses...)
	l.awaitUp(addresses...)
	for _, a := range addresses {
		if _, err := Get(l.within(time.Minute), l.nodes[a].Replicator, hits, All); err != nil {
			l.Fatal(err)
		}
	}
}

func (l *lab) awaitUp(addresses ...transport.Address) {
	l.Helper()
	for _, a := range addresses {
		all := func(v cluster.View) bool {
			return v.Converged && len(v.Members) == len(addresses) && len(v.Up()) == len(addresses)
		}
		if err := l.nodes[a].Watch(l.within(time.Minute), all); err != nil {
			l.Fatal(err)
		}
	}
}

// within returns a context that ends when d has passed.
func (l *lab) within(d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), d)
	l.Cleanup(cancel)
	return ctx
}

func (l *lab) crash(a transport.Address) {
	l.nodes[a].System().Kill()
	delete(l.nodes, a)
}

func links(a transport.Address, others []transport.Address) (both []transport.Link) {
	for _, b := range others {
		both = append(both, transport.Link{From: a, To: b}, transport.Link{From: b, To: a})
	}
	return both
}

func (l *lab) cut(a transport.Address, others ...transport.Address) {
	l.Helper()
	if err := l.sw.Cut(context.Background(), links(a, others)...); err != nil {
		l.Fatal(err)
	}
}

func (l *lab) heal(a transport.Address, others ...transport.Address) { l.sw.Mend(links(a, others)...) }

// add counts on a node.
func (l *lab) add(a transport.Address, n int64, c Consistency, within time.Duration) error {
	r := l.nodes[a].Replicator
	return Update(l.within(within), r, hits, c, func(old crdt.PNCounter) crdt.PNCounter { return old.Add(r.Self(), n) })
}

func (l *lab) mustAdd(a transport.Address, n int64, c Consistency) {
	l.Helper()
	if err := l.add(a, n, c, time.Minute); err != nil {
		l.Fatal(err)
	}
}

func (l *lab) get(a transport.Address, c Consistency) int64 {
	l.Helper()
	v, err := Get(l.within(time.Minute), l.nodes[a].Replicator, hits, c)
	if err != nil {
		l.Fatal(err)
	}
	return v.Value()
}

// settles waits until each node has that count by itself.
func (l *lab) settles(want int64, within time.Duration) {
	l.Helper()
	for a := range l.nodes {
		for deadline := time.Now().Add(within); l.get(a, Local) != want; time.Sleep(time.Millisecond) {
			if time.Now().After(deadline) {
				l.Fatalf("%s has %d after %s, want %d", a, l.get(a, Local), within, want)
			}
		}
	}
}
