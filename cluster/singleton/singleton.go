package singleton

import (
	"context"
	"errors"
	"fmt"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster"
)

// Singleton is a node's part in running one actor in the cluster. It lives as long as
// the node's actor system.
type Singleton[M any] struct{ ref actor.Ref[M] }

// Ref returns an actor of this node that passes its messages on to the instance,
// wherever that is, and keeps them while there is none. It may travel in messages.
// Those who ask it are not told when the instance fails: they wait for their context.
func (s *Singleton[M]) Ref() actor.Ref[M] { return s.ref }

// Start has the cluster run one actor of this name, and this node run it when it is the
// oldest member that is Up, with WithRole's role. All nodes that may run it call Start
// with the same name. The factory is called again for each instance. Start returns at
// once; Located is published once the instance was found.
//
// It returns ErrOption, ErrStarted if the node knows the name already, or an error of
// actor.Spawn for a name that no actor can have.
func Start[M any](m *cluster.Membership, name string, factory func() actor.Actor[M], options ...Option) (*Singleton[M], error) {
	if factory == nil {
		return nil, fmt.Errorf("singleton: start %q on %q: no factory: %w", name, m.System().Address(), ErrOption)
	}
	s, err := start(m, name, factory, options)
	if err != nil {
		return nil, fmt.Errorf("singleton: start %q on %q: %w", name, m.System().Address(), err)
	}
	return s, nil
}

// Proxy is Start for a node that never runs the instance.
func Proxy[M any](m *cluster.Membership, name string, options ...Option) (*Singleton[M], error) {
	s, err := start[M](m, name, nil, options)
	if err != nil {
		return nil, fmt.Errorf("singleton: proxy of %q on %q: %w", name, m.System().Address(), err)
	}
	return s, nil
}

const (
	keeperPrefix = "singleton-keeper:"
	frontPrefix  = "singleton:"
)

func start[M any](m *cluster.Membership, name string, factory func() actor.Actor[M], options []Option) (*Singleton[M], error) {
	c, err := makeConfig(options)
	if err != nil {
		return nil, err
	}
	sys := m.System()
	k := newKeeper(m, name, factory, c)
	keeper, err := actor.Spawn(sys, keeperPrefix+name, func() actor.Actor[message[M]] { return k },
		actor.OnFailure(actor.Resume{})) // the instance may escalate
	if errors.Is(err, actor.ErrNameTaken) {
		err = ErrStarted
	}
	if err != nil {
		return nil, err
	}
	ref, err := actor.SpawnFunc(sys, frontPrefix+name, func(_ *actor.Context[M], payload M) error {
		keeper.Tell(message[M]{Kind: deliver, Payload: payload})
		return nil
	})
	if err != nil {
		return nil, err
	}
	if k.hosts {
		m.BeforeLeave(fmt.Sprintf("singleton %q", name), func(ctx context.Context) error {
			_, err := actor.Ask(ctx, keeper, func(reply actor.Ref[bool]) message[M] {
				return message[M]{Kind: retire, Reply: reply}
			})
			return err
		})
	}
	return &Singleton[M]{ref}, nil
}
