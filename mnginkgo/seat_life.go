package mnginkgo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/onsi/ginkgo/v2/types"

	"github.com/7aca83c2/multinode/mnginkgo/internal/rolecode"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
)

// boot boots a node.
func (s *seat) boot(ctx context.Context, b bootRequest) (answer, error) {
	borrowed.Take(b.Waits)
	o := s.takeUp(b)
	p := specs.Plan(b.Plan)
	env := s.newEnv(p, b)
	s.mu.Lock()
	s.onNetwork, s.node = env.Network, nil
	s.mu.Unlock()

	limit := fmt.Errorf("not done after %v, the boot-timeout", config.BootTimeout)
	limited, cancel := context.WithTimeoutCause(ctx, config.BootTimeout, limit)
	defer cancel()
	fail, err := s.start(limited, o, p, env)
	err = explain(limited, err)
	a := answerOf(err, fail)
	if fail != nil || err != nil { // nothing of the node may stay
		if crash := s.Crash(ctx); crash != nil {
			a.Error = strings.TrimPrefix(a.Error+"\n"+crash.Error(), "\n")
		}
		return a, nil
	}
	a.Defaulted = env.defaulted
	return a, nil
}

// takeUp begins the work for a role of a spec, if it has not begun, and returns whose code it is.
func (s *seat) takeUp(b bootRequest) *rolecode.Owner {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.owner != nil {
		return s.owner
	}
	s.owner = rolecode.NewOwner(b.Role, b.Spec, s.suite, s.house != nil, s.backstage.Failed)
	if s.house != nil {
		s.cleanups.Begin(s.owner)
		var report types.SpecReport
		_ = json.Unmarshal(b.Report, &report) // an incomplete one is no reason not to boot
		s.house.Begin(s.owner, s.backstage, report)
	}
	return s.owner
}

// newEnv makes what a node is booted with.
func (s *seat) newEnv(p *plan, b bootRequest) *Env {
	env := &Env{
		Role: b.Role, Address: p.addressOf(b.Role), Roles: slices.Clone(p.roles), Incarnation: b.Incarnation, Data: p.data[b.Role], plan: p, backstage: s.backstage,
		dataDir: b.DataDir,
		Log:     roleLogger(s.backstage, b.Role, p.logLevel),
		Rand:    rand.New(rand.NewPCG(b.Seed, roleSeed(b.Role, b.Incarnation))),
		Clock:   new(Clock),
		Network: newNetwork(s.network, p, b.Role),
	}
	env.Clock.skew.Store(int64(b.Skew))
	return env
}

// start boots a node and has it set up. If ctx has ended by then, what was booted is ended
// again: nobody waits for it any more.
func (s *seat) start(ctx context.Context, o *rolecode.Owner, p *plan, env *Env) (fail *stage.Failure, err error) {
	boot := p.boot
	if boot == nil {
		boot = DefaultBoot
	}
	booted := make(chan error, 1)
	fail = s.doAs(ctx, o, "booting", func(ctx context.Context) {
		instance, err := boot(ctx, env)
		if err == nil {
			node := &Node{env: env, instance: instance, backstage: s.backstage, ctx: ctx}
			if err = s.seated(ctx, o, node); err == nil {
				for _, body := range p.onBoot {
					body(ctx, node.with(ctx))
				}
			}
		}
		booted <- err
	})
	if fail == nil {
		err = <-booted
	}
	return fail, err
}

// seated makes the node that of the role, or ends it if its boot was given up meanwhile.
func (s *seat) seated(ctx context.Context, o *rolecode.Owner, node *Node) error {
	s.mu.Lock()
	late := ctx.Err() != nil || s.onNetwork != node.env.Network
	if !late {
		s.node = node
	}
	s.mu.Unlock()
	if !late {
		return nil
	}
	return errors.Join(context.Cause(ctx), s.crashInstance(context.WithoutCancel(ctx), o, node.instance))
}

func roleSeed(role string, incarnation uint64) uint64 {
	h := fnv.New64a()
	fmt.Fprintf(h, "%s %d", role, incarnation)
	return h.Sum64()
}

func (s *seat) current() (*Node, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.node == nil {
		return nil, errors.New("no node runs here")
	}
	return s.node, nil
}

func (s *seat) leave(ctx context.Context, _ nothing) (answer, error) {
	node, err := s.current()
	if err != nil {
		return answer{}, err
	}
	leaver, ok := node.instance.(Leaver)
	if !ok {
		return answer{}, fmt.Errorf("%T has no method Leave(context.Context) error", node.instance)
	}
	o := s.owns()
	limited, cancel := stopLimit(ctx)
	defer cancel()
	if err := s.quiet(limited, "the node leaves"); err != nil {
		return answer{}, err
	}
	var left error
	fail := s.doAs(limited, o, "leaving", func(ctx context.Context) { left = leaver.Leave(ctx) })
	if fail == nil {
		left = explain(limited, left)
	}
	if fail != nil || left != nil {
		return answerOf(left, fail), nil
	}
	return s.end(ctx, func(ctx context.Context, n *Network) error { return n.shutdown(ctx) }), nil
}

// stopLimit bounds how long the end of a node may take.
func stopLimit(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, config.StopTimeout, fmt.Errorf("not done after %v, the stop-timeout", config.StopTimeout))
}

// explain says why the context has ended, where an error says only that it has.
func explain(ctx context.Context, err error) error {
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) && !errors.Is(err, context.Cause(ctx)) {
		return context.Cause(ctx)
	}
	return err
}

// stop ends the node when its spec is over. In a hurry it says what does not end at once, and
// crashes the node.
func (s *seat) stop(ctx context.Context, r stopRequest) (answer, error) {
	if r.Hurry {
		ctx, cancel := context.WithTimeout(ctx, hurry/4)
		defer cancel()
		err := s.quiet(ctx, "the run ends")
		return answerOf(err, nil), s.Crash(ctx)
	}
	var failed error
	if r.Failed {
		limited, cancel := stopLimit(ctx)
		failed = joinFailures(s.cleanups.Failed(limited))
		cancel()
	}
	a := s.end(ctx, stay)
	return answerOf(errors.Join(failed, a.err()), nil), nil
}

// stay leaves the node on the network until the seat is vacated, when all have stopped: some may
// wait for what it said last.
func stay(context.Context, *Network) error { return nil }

// end ends the node in good order, as far as ctx and the stop-timeout allow, and otherwise
// crashes it. The user's code that still runs on the role comes first, what was deferred on
// it after the node, and goodbye to the network last.
func (s *seat) end(ctx context.Context, goodbye func(context.Context, *Network) error) answer {
	o := s.owns()
	ctx, cancel := stopLimit(ctx)
	defer cancel()
	err := s.quiet(ctx, "the node stops")
	node, network := s.clear()
	if node == nil {
		return answerOf(errors.Join(err, s.cleanUp(ctx), network.close()), nil)
	}
	err = errors.Join(err, s.stopInstance(ctx, o, node.instance), s.cleanUp(ctx))
	return answerOf(errors.Join(err, goodbye(ctx, network)), nil)
}

// stopInstance stops what was booted, and crashes what cannot be stopped.
func (s *seat) stopInstance(ctx context.Context, o *rolecode.Owner, instance Instance) error {
	err := errors.ErrUnsupported
	if stopper, ok := instance.(Stopper); ok {
		err = s.bounded(ctx, o, stopper)
	}
	if crasher, ok := instance.(Crasher); ok && err != nil {
		_ = s.doAs(ctx, o, "crashing", func(context.Context) { crasher.Crash() }) // what failed before says more
	}
	if errors.Is(err, errors.ErrUnsupported) {
		return nil
	}
	return err
}

// Crash does what stage.Runner says.
func (s *seat) Crash(ctx context.Context) error {
	o := s.owns()
	if o != nil {
		o.Interrupt(errors.New("the node crashes"))
		defer o.Again()
	}
	node, network := s.clear()
	err := network.close()
	if node != nil && o != nil {
		o.Again()
		err = errors.Join(err, s.crashInstance(ctx, o, node.instance))
	}
	return errors.Join(err, s.cleanUp(ctx))
}

// crashInstance ends what was booted, which has no network any more.
func (s *seat) crashInstance(ctx context.Context, o *rolecode.Owner, instance Instance) error {
	ctx, cancel := stopLimit(ctx)
	defer cancel()
	switch instance := instance.(type) {
	case Crasher:
		if fail := s.doAs(ctx, o, "crashing", func(context.Context) { instance.Crash() }); fail != nil {
			return fail
		}
	case Stopper:
		if stopping := s.bounded(ctx, o, instance); ctx.Err() != nil { // other errors are no wonder without a network
			return stopping
		}
	}
	return nil
}

// bounded stops an instance.
func (s *seat) bounded(ctx context.Context, o *rolecode.Owner, instance Stopper) error {
	stopping := make(chan error, 1)
	fail := s.doAs(ctx, o, fmt.Sprintf("in the Stop of %T", instance), func(ctx context.Context) { stopping <- instance.Stop(ctx) })
	if fail != nil {
		return fail
	}
	return <-stopping
}

// cleanUp undoes what code on the role has deferred, unless others in this process may have.
func (s *seat) cleanUp(ctx context.Context) error {
	o := s.owns()
	if s.house == nil || o == nil {
		return nil
	}
	s.cleanups.Sweep(o)
	return joinFailures(s.cleanups.Run(ctx))
}

func joinFailures(failures []*stage.Failure) error {
	var errs []error
	for _, f := range failures {
		errs = append(errs, f)
	}
	return errors.Join(errs...)
}

func (s *seat) clear() (*Node, *Network) {
	s.mu.Lock()
	defer s.mu.Unlock()
	node := s.node
	s.node = nil
	return node, s.onNetwork
}
