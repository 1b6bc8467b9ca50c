package cluster

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/chanpair"
)

// lab is a cluster in one process.
type lab struct {
	testing.TB
	sw      *transport.Switch
	net     transport.Network
	options []Option
	log     *slog.Logger
	nodes   map[transport.Address]*labNode
	lives   uint64
}

type labNode struct {
	*Membership
	sys *actor.System
}

func newLab(t testing.TB, options ...Option) *lab {
	sw := transport.NewSwitch()
	l := &lab{
		TB: t, sw: sw, net: chanpair.New(sw), options: options,
		nodes: map[transport.Address]*labNode{}, log: slog.New(slog.DiscardHandler),
	}
	if testing.Verbose() {
		l.log = slog.New(slog.NewTextHandler(t.Output(), nil))
	}
	t.Cleanup(func() {
		for _, n := range l.nodes {
			n.sys.Kill()
		}
	})
	return l
}

// start boots nodes with these addresses; seeds are those of the options.
func (l *lab) start(addresses ...transport.Address) {
	l.Helper()
	for _, a := range addresses {
		l.lives++
		sys, err := actor.NewSystem(actor.WithNetwork(l.net, a), actor.WithIncarnation(l.lives))
		if err != nil {
			l.Fatal(err)
		}
		seed := rand.NewPCG(l.lives, 1)
		m, err := Start(sys, append([]Option{WithSeeds("a"), WithLogger(l.log), WithRand(seed)}, l.options...)...)
		if err != nil {
			l.Fatal(err)
		}
		l.nodes[a] = &labNode{m, sys}
	}
}

func (l *lab) crash(a transport.Address) {
	l.nodes[a].sys.Kill()
	delete(l.nodes, a)
}

func (l *lab) cut(a, b transport.Address) {
	l.Helper()
	if err := l.sw.Cut(context.Background(), transport.Link{From: a, To: b}, transport.Link{From: b, To: a}); err != nil {
		l.Fatal(err)
	}
}

func (l *lab) heal(a, b transport.Address) {
	l.sw.Mend(transport.Link{From: a, To: b}, transport.Link{From: b, To: a})
}

// await waits until want holds on the nodes, or fails with what each sees.
func (l *lab) await(within time.Duration, what string, want func(View) bool, on ...transport.Address) {
	l.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), within)
	defer cancel()
	if len(on) == 0 {
		for a := range l.nodes {
			on = append(on, a)
		}
	}
	for _, a := range on {
		if err := l.nodes[a].Watch(ctx, want); err != nil {
			for _, n := range l.nodes {
				l.Log(n.View())
			}
			l.Fatalf("%s: %v", what, err)
		}
	}
}

// allUp is the view of a cluster of just these members, all well.
func allUp(addresses ...transport.Address) func(View) bool {
	return func(v View) bool {
		return v.Converged && len(v.Members) == len(addresses) && fmt.Sprint(v.Up()) == fmt.Sprint(addresses)
	}
}

func names(n int) []transport.Address {
	out := make([]transport.Address, n)
	for i := range out {
		out[i] = transport.Address(fmt.Sprintf("n%03d", i))
	}
	return out
}
