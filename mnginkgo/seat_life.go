package mnginkgo

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"time"
)

// boot boots a node. It returns whether DefaultBoot had a part in it.
func (s *seat) boot(ctx context.Context, b bootRequest) (bool, error) {
	borrowed.Take(b.Waits)
	p := tree.plans[b.Plan]
	env := s.newEnv(p, b)
	s.mu.Lock()
	s.onNetwork, s.node = env.Network, nil
	s.mu.Unlock()

	limit := fmt.Errorf("not done after %v, the boot-timeout", config.BootTimeout)
	limited, cancel := context.WithTimeoutCause(ctx, config.BootTimeout, limit)
	defer cancel()
	err := heeding(limited, "code that boots a node", func() error { return s.start(limited, p, env) })
	if cause := context.Cause(limited); err != nil && cause != nil && !errors.Is(err, cause) {
		if errors.Is(err, limited.Err()) { // which says less
			err = cause
		} else {
			err = fmt.Errorf("%w: %w", cause, err)
		}
	}
	if err != nil { // nothing of the node may stay
		return false, errors.Join(err, s.Crash(ctx))
	}
	return env.defaulted, nil
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
func (s *seat) start(ctx context.Context, p *plan, env *Env) error {
	boot := p.boot
	if boot == nil {
		boot = DefaultBoot
	}
	var err error
	fail := s.do("booting", env.Role, func() {
		var instance Instance
		if instance, err = boot(ctx, env); err != nil {
			return
		}
		node := &Node{env: env, instance: instance, backstage: s.backstage, ctx: ctx}
		if err = s.seated(ctx, node); err != nil {
			return
		}
		for _, body := range p.onBoot {
			body(ctx, node.with(ctx))
		}
	})
	if fail != nil {
		return fail
	}
	return err
}

// seated makes the node that of the role, or ends it if its boot was given up meanwhile.
func (s *seat) seated(ctx context.Context, node *Node) error {
	s.mu.Lock()
	late := ctx.Err() != nil || s.onNetwork != node.env.Network
	if !late {
		s.node = node
	}
	s.mu.Unlock()
	if !late {
		return nil
	}
	return errors.Join(context.Cause(ctx), crashInstance(context.WithoutCancel(ctx), node.instance))
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

func (s *seat) leave(ctx context.Context, _ nothing) (nothing, error) {
	node, err := s.current()
	if err != nil {
		return nothing{}, err
	}
	leaver, ok := node.instance.(Leaver)
	if !ok {
		return nothing{}, fmt.Errorf("%T has no method Leave(context.Context) error", node.instance)
	}
	if err := leaver.Leave(ctx); err != nil {
		return nothing{}, err
	}
	return nothing{}, s.end(ctx, (*Network).shutdown)
}

// stopPatience is how long an instance may take to stop in good order. A stuck one must
// not keep its spec, and those behind it, for ever.
const stopPatience = 5 * time.Second

// stop ends the node when its spec is over.
func (s *seat) stop(ctx context.Context, _ nothing) (nothing, error) {
	return nothing{}, s.end(ctx, func(n *Network, _ context.Context) error { return n.close() })
}

// end ends the node in good order, as far as ctx and its patience allow, and otherwise
// crashes it. The user's code that still runs on the role, whose context has ended, comes
// first, and goodbye to the network last.
func (s *seat) end(ctx context.Context, goodbye func(*Network, context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, stopPatience)
	defer cancel()
	err := s.doing.wait(ctx)
	node, network := s.clear()
	if node == nil {
		return errors.Join(err, network.close())
	}
	stopping := errors.ErrUnsupported
	if instance, ok := node.instance.(Stopper); ok {
		stopping = bounded(ctx, instance)
		err = errors.Join(err, stopping)
	}
	if instance, ok := node.instance.(Crasher); ok && stopping != nil {
		instance.Crash()
	}
	return errors.Join(err, goodbye(network, ctx))
}

// Crash does what stage.Runner says.
func (s *seat) Crash(ctx context.Context) error {
	node, network := s.clear()
	err := network.close()
	if node == nil {
		return err
	}
	return errors.Join(err, crashInstance(ctx, node.instance))
}

// crashInstance ends what was booted, which has no network any more.
func crashInstance(ctx context.Context, instance Instance) error {
	switch instance := instance.(type) {
	case Crasher:
		instance.Crash()
	case Stopper:
		ctx, cancel := context.WithTimeout(ctx, stopPatience)
		defer cancel()
		if stopping := bounded(ctx, instance); ctx.Err() != nil { // other errors are no wonder without a network
			return stopping
		}
	}
	return nil
}

// bounded stops an instance.
func bounded(ctx context.Context, instance Stopper) error {
	return heeding(ctx, fmt.Sprintf("the Stop of %T", instance), func() error { return instance.Stop(ctx) })
}

// heeding calls the user's code. If it does not return soon after its context has ended it
// is left alone.
func heeding(ctx context.Context, what string, code func() error) error {
	returned := make(chan error, 1)
	go func() { returned <- code() }()
	select {
	case err := <-returned:
		return err
	case <-ctx.Done():
	}
	grace := time.NewTimer(jobPatience)
	defer grace.Stop()
	select {
	case err := <-returned:
		return err
	case <-grace.C:
		return fmt.Errorf("%s has not returned although its context has ended: %w", what, context.Cause(ctx))
	}
}

func (s *seat) clear() (*Node, *Network) {
	s.mu.Lock()
	defer s.mu.Unlock()
	node := s.node
	s.node = nil
	return node, s.onNetwork
}
