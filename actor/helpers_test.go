package actor_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"

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
func pair(tb testing.TB, opts ...actor.SystemOption) (sw *transport.Switch, a, b *actor.System) {
	tb.Helper()
	sw = transport.NewSwitch()
	network := chanpair.New(sw)
	a = newSystem(tb, append(opts, actor.WithNetwork(network, "a"), actor.WithIncarnation(0xa1))...)
	b = newSystem(tb, append(opts, actor.WithNetwork(network, "b"), actor.WithIncarnation(0xb1))...)
	return sw, a, b
}

// trace is a list of what happened, in order.
type trace struct {
	mu    sync.Mutex
	lines []string
}

func (t *trace) add(format string, args ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.lines = append(t.lines, fmt.Sprintf(format, args...))
}

// expect waits until nothing moves in the bubble, and compares what happened since the
// last time.
func (t *trace) expect(tb testing.TB, want ...string) {
	tb.Helper()
	synctest.Wait()
	t.mu.Lock()
	defer t.mu.Unlock()
	if !slices.Equal(t.lines, want) {
		tb.Fatalf("happened:\n  %q\nwant:\n  %q", t.lines, want)
	}
	t.lines = nil
}

// hooked is an Actor that traces its hooks and does what do says.
type hooked struct {
	*trace
	name  string
	start func(*actor.Context[string]) error
	do    func(*actor.Context[string], string) error
}

func (h *hooked) Receive(ctx *actor.Context[string], m string) error {
	h.add("%s got %s", h.name, m)
	if h.do != nil {
		return h.do(ctx, m)
	}
	return nil
}

func (h *hooked) PreStart(ctx *actor.Context[string]) error {
	h.add("%s starts", h.name)
	if h.start != nil {
		return h.start(ctx)
	}
	return nil
}

func (h *hooked) PostStop(*actor.Context[string]) { h.add("%s stopped", h.name) }

func (h *hooked) PreRestart(_ *actor.Context[string], cause error) {
	h.add("%s restarts: %v", h.name, cause)
}

func (h *hooked) Terminated(_ *actor.Context[string], t actor.Terminated) error {
	h.add("%s hears %s %s", h.name, t.Ref, t.Reason)
	return nil
}

// spawn starts a copy of h, and again at each restart.
func (h hooked) spawn(tb testing.TB, p actor.Parent, opts ...actor.Option) actor.Ref[string] {
	tb.Helper()
	ref, err := actor.Spawn(p, h.name, func() actor.Actor[string] { c := h; return &c }, opts...)
	if err != nil {
		tb.Fatal(err)
	}
	return ref
}

func stop(tb testing.TB, s *actor.System) {
	tb.Helper()
	if err := s.Stop(context.Background()); err != nil {
		tb.Fatal(err)
	}
}

// deadLetters traces the dead letters of a system.
func deadLetters(s *actor.System, t *trace) {
	actor.Subscribe(s, func(d actor.DeadLetter) { t.add("dead letter %v to %s: %v", d.Message, d.To, d.Cause) })
}
