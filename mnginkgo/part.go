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
			p := specs.Plan(number)
			return seat.Plan{NetAddress: p.netAddressOf(role), Net: p.networkOptions(), LogLevel: p.logLevel, Part: p.part}
		},
	}
}

// part returns the user's code for a node, with the Env and the Node that it is given.
func (p *plan) part(n *seat.Node) seat.Part {
	env := &Env{
		Role: n.Role, Roles: slices.Clone(p.roles), Incarnation: n.Incarnation, Address: p.addressOf(n.Role),
		Network: &Network{n.Network}, Log: n.Log, Clock: new(Clock), Rand: n.Rand, Data: p.data[n.Role], plan: p, node: n,
	}
	boot := p.boot
	if boot == nil {
		boot = DefaultBoot
	}
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
		View: func() ([]byte, error) { return codec.AppendAs(nil, viewOf(env.Role, n.Instance)) },
		Skew: func(by time.Duration) { env.Clock.skew.Store(int64(by)) },
	}
}
