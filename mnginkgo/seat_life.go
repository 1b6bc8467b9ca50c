package mnginkgo

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"slices"
	"time"
)

func (s *seat) boot(ctx context.Context, b bootRequest) (int, error) {
	p := tree.plans[b.Plan]
	env := &Env{
		Role: b.Role, Address: p.addressOf(b.Role), Roles: slices.Clone(p.roles), Incarnation: b.Incarnation, Data: p.data[b.Role], plan: p, backstage: s.backstage,
		dataDir: b.DataDir,
		Log:     roleLogger(s.backstage, b.Role, p.logLevel),
		Rand:    rand.New(rand.NewPCG(b.Seed, roleSeed(b.Role, b.Incarnation))),
	}
	env.Clock = new(Clock)
	env.Clock.skew.Store(int64(b.Skew))
	env.Network = newNetwork(s.network, p, b.Role)
	s.mu.Lock()
	s.onNetwork, s.node = env.Network, nil
	s.mu.Unlock()

	boot := p.boot
	if boot == nil {
		boot = DefaultBoot
	}
	var node *Node
	var err error
	fail := s.do("booting", b.Role, func() {
		var instance Instance
		if instance, err = boot(ctx, env); err != nil {
			return
		}
		node = &Node{env: env, instance: instance, backstage: s.backstage, ctx: ctx}
		s.mu.Lock()
		s.node = node
		s.mu.Unlock()
		for _, body := range p.onBoot {
			body(ctx, node.with(ctx))
		}
	})
	if fail != nil {
		err = fail
	}
	if err != nil { // nothing of the node may stay
		return 0, errors.Join(err, s.Crash(ctx))
	}
	return os.Getpid(), nil
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
	switch instance := node.instance.(type) {
	case Crasher:
		instance.Crash()
	case Stopper:
		ctx, cancel := context.WithTimeout(ctx, stopPatience)
		defer cancel()
		if stopping := bounded(ctx, instance); ctx.Err() != nil { // other errors are no wonder without a network
			err = errors.Join(err, stopping)
		}
	}
	return err
}

// bounded stops an instance. One that does not heed its context is left alone soon after
// that has ended.
func bounded(ctx context.Context, instance Stopper) error {
	stopped := make(chan error, 1)
	go func() { stopped <- instance.Stop(ctx) }()
	select {
	case err := <-stopped:
		return err
	case <-ctx.Done():
	}
	grace := time.NewTimer(time.Second)
	defer grace.Stop()
	select {
	case err := <-stopped:
		return err
	case <-grace.C:
		return fmt.Errorf("the Stop of %T has not returned although its context has ended: %w", instance, context.Cause(ctx))
	}
}

func (s *seat) clear() (*Node, *Network) {
	s.mu.Lock()
	defer s.mu.Unlock()
	node := s.node
	s.node = nil
	return node, s.onNetwork
}
