package actor_test

import (
	"testing"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/chanpair"
)

func newSystem(tb testing.TB, opts ...actor.SystemOption) *actor.System {
	tb.Helper()
	sys, err := actor.NewSystem(opts...)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(sys.Kill)
	return sys
}

func spawn[M any](tb testing.TB, p actor.Parent, f func(*actor.Context[M], M) error, opts ...actor.Option) actor.Ref[M] {
	tb.Helper()
	return spawnAs(tb, p, "", f, opts...)
}

func spawnAs[M any](tb testing.TB, p actor.Parent, name string, f func(*actor.Context[M], M) error, opts ...actor.Option) actor.Ref[M] {
	tb.Helper()
	ref, err := actor.SpawnFunc(p, name, f, opts...)
	if err != nil {
		tb.Fatal(err)
	}
	return ref
}

// pair is two systems, "a" and "b", on one switch.
func pair(tb testing.TB) (sw *transport.Switch, a, b *actor.System) {
	tb.Helper()
	sw = transport.NewSwitch()
	network := chanpair.New(sw)
	a = newSystem(tb, actor.WithNetwork(network, "a"), actor.WithIncarnation(0xa1))
	b = newSystem(tb, actor.WithNetwork(network, "b"), actor.WithIncarnation(0xb1))
	return sw, a, b
}
