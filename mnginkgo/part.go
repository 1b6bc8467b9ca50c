package mnginkgo

import (
	"context"
	"slices"
	"time"

	"github.com/7aca83c2/multinode/internal/codec"
	"github.com/7aca83c2/multinode/mnginkgo/internal/rolecode"
	"github.com/7aca83c2/multinode/mnginkgo/internal/seat"
)

// script is what the seats of this process run.
func script() seat.Script {
	return seat.Script{
		BootTimeout: config.BootTimeout, StopTimeout: config.StopTimeout,
		Plan: func(number int, role string) seat.Plan {
			p := tree.plans[number]
			return seat.Plan{NetAddress: p.netAddressOf(role), Net: p.networkOptions(), LogLevel: p.logLevel, Part: p.part}
		},
	}
}

// part is the user's code for a node, with which it has that code run.
type part struct{ env *Env }

var _ seat.Part = part{}

func (p *plan) part(n *seat.Node) seat.Part {
	return part{&Env{
		Role: n.Role, Roles: slices.Clone(p.roles), Incarnation: n.Incarnation, Address: p.addressOf(n.Role),
		Network: &Network{n.Network}, Log: n.Log, Clock: new(Clock), Rand: n.Rand, Data: p.data[n.Role], plan: p, node: n,
	}}
}

// with returns the node for code that runs under ctx.
func (p part) with(ctx context.Context) *Node { return &Node{p.env, ctx} }

// Boot implements seat.Part.
func (p part) Boot(ctx context.Context) (any, error) {
	if boot := p.env.plan.boot; boot != nil {
		return boot(ctx, p.env)
	}
	return DefaultBoot(ctx, p.env)
}

// Defaulted implements seat.Part.
func (p part) Defaulted() bool { return p.env.defaulted }

// Booted implements seat.Part.
func (p part) Booted(ctx context.Context) {
	for _, body := range p.env.plan.onBoot {
		body(ctx, p.with(ctx))
	}
}

// Body implements seat.Part.
func (p part) Body(ctx context.Context, number int, report []byte) {
	spec := rolecode.NewContext(ctx, report)
	tree.bodies[number](spec, p.with(spec))
}

// Command implements seat.Part.
func (p part) Command(ctx context.Context, number int, argument []byte) ([]byte, error) {
	return tree.commands[number](ctx, p.with(ctx), argument)
}

// View implements seat.Part.
func (p part) View() ([]byte, error) {
	return codec.AppendAs(nil, viewOf(p.env.Role, p.env.node.Instance))
}

// Skew implements seat.Part.
func (p part) Skew(by time.Duration) { p.env.Clock.skew.Store(int64(by)) }
