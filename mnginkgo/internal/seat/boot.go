package seat

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/7aca83c2/multinode/mnginkgo/internal/rolecode"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
)

// boot boots a node.
func (s *Seat) boot(ctx context.Context, b BootRequest) (Answer, error) {
	s.waits.Take(b.Waits)
	o, node := s.takeUp(b)

	limited, cancel := Within(ctx, s.script.BootTimeout, "boot-timeout")
	defer cancel()
	minded, over := Mind(limited, func() {
		if errors.Is(limited.Err(), context.DeadlineExceeded) {
			_ = stage.Stalled.Tell(context.WithoutCancel(ctx), s.backstage, stage.Stall{What: "the boot of " + b.Role}) // what cannot be had is not there
		}
	})
	defer over()
	fail, err := s.try(minded, o, "booting", nil, func(ctx context.Context) error {
		instance, err := node.part.Boot(ctx)
		if err == nil {
			err = s.seated(ctx, o, node, instance)
		}
		if err == nil {
			node.part.Booted(ctx)
		}
		return err
	})
	err = explain(minded, err)
	a := answerOf(err, fail)
	if fail != nil || err != nil { // nothing of the node may stay
		if crash := s.Crash(ctx); crash != nil {
			a.Error = strings.TrimPrefix(a.Error+"\n"+crash.Error(), "\n")
		}
		return a, nil
	}
	a.Defaulted = node.part.Defaulted()
	s.watch(node)
	return a, nil
}

// watch tells the stage what the node sees, as long as it runs.
func (s *Seat) watch(node *Node) {
	ctx, cancel := context.WithCancel(context.Background())
	s.mu.Lock()
	if !node.runs {
		cancel()
	}
	node.unwatch = cancel
	s.mu.Unlock()
	node.part.Watch(ctx, func(sight stage.Sight) {
		if ctx.Err() == nil {
			sight.Time, sight.Role, sight.Life = time.Now(), node.Role, node.Incarnation
			s.backstage.Saw(sight)
		}
	})
}

// takeUp begins the work for a role of a spec, if it has not begun, and returns whose code it is and a node
// that is to boot.
func (s *Seat) takeUp(b BootRequest) (*rolecode.Owner, *Node) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.owner == nil {
		s.owner = s.house.Begin(b.Role, b.Spec, b.Report, s.backstage)
	}
	s.node = s.newNode(b)
	return s.owner, s.node
}

// seated has the node run. If its boot was given up meanwhile, what was booted is ended again: nobody
// waits for it any more.
func (s *Seat) seated(ctx context.Context, o *rolecode.Owner, node *Node, instance any) error {
	s.mu.Lock()
	late := ctx.Err() != nil || s.node != node
	if !late {
		node.Instance, node.runs = instance, true
	}
	s.mu.Unlock()
	if !late {
		return nil
	}
	return errors.Join(context.Cause(ctx), s.crashInstance(context.WithoutCancel(ctx), o, instance))
}

// explain says why the context has ended, where an error says only that it has.
func explain(ctx context.Context, err error) error {
	says := errors.Is(err, ctx.Err()) || errors.Is(err, context.Canceled) // as one that was made of it does
	if ctx.Err() != nil && says && !errors.Is(err, context.Cause(ctx)) {
		return context.Cause(ctx)
	}
	return err
}
