package seat

import (
	"context"
	"errors"
	"fmt"

	"github.com/7aca83c2/multinode/mnginkgo/internal/rolecode"
)

// What a Part has booted may have these methods.
type (
	leaver interface {
		Leave(ctx context.Context) error
	}
	stopper interface {
		Stop(ctx context.Context) error
	}
	crasher interface{ Crash() }
)

// stopLimit bounds how long the end of a node may take.
func (s *Seat) stopLimit(ctx context.Context) (context.Context, context.CancelFunc) {
	return Within(ctx, s.script.StopTimeout, "stop-timeout")
}

// leave has the node leave its cluster in good order, and ends it.
func (s *Seat) leave(ctx context.Context, _ Nothing) (Answer, error) {
	node, o, err := s.current()
	if err != nil {
		return Answer{}, err
	}
	leaver, ok := node.Instance.(leaver)
	if !ok {
		return Answer{}, fmt.Errorf("%T has no method Leave(context.Context) error", node.Instance)
	}
	limited, cancel := s.stopLimit(ctx)
	defer cancel()
	if err := o.Quiet(limited, "the node leaves"); err != nil {
		return Answer{}, err
	}
	fail, err := s.try(limited, o, "leaving", nil, leaver.Leave)
	if fail != nil || err != nil {
		return answerOf(explain(limited, err), fail), nil
	}
	return answerOf(s.end(ctx, shutdown), nil), nil
}

// stop ends the node when its spec is over. In a hurry it says what does not end at once, and
// crashes the node.
func (s *Seat) stop(ctx context.Context, r StopRequest) (Answer, error) {
	if r.Hurry > 0 {
		ctx, cancel := context.WithTimeout(ctx, r.Hurry)
		defer cancel()
		var err error
		if o := s.owns(); o != nil {
			err = o.Quiet(ctx, "the run ends")
		}
		return answerOf(err, nil), s.Crash(ctx)
	}
	var failed error
	if r.Failed {
		limited, cancel := s.stopLimit(ctx)
		failed = s.house.CleanUpFailed(limited)
		cancel()
	}
	return answerOf(errors.Join(failed, s.end(ctx, stay)), nil), nil
}

// stay leaves the node on the network until the seat is vacated, when all have stopped: some may
// wait for what it said last.
func stay(context.Context, *Network) error { return nil }

// end ends the node in good order, as far as ctx and the stop-timeout allow, and otherwise
// crashes it. The user's code that still runs on the role comes first, what was deferred on
// it after the node, and goodbye to the network last.
func (s *Seat) end(ctx context.Context, goodbye func(context.Context, *Network) error) error {
	o := s.owns()
	if o == nil {
		return nil
	}
	ctx, cancel := s.stopLimit(ctx)
	defer cancel()
	err := o.Quiet(ctx, "the node stops")
	node, ran := s.clear()
	if !ran {
		return errors.Join(err, s.house.CleanUpAfter(ctx, o), node.close())
	}
	return errors.Join(err, s.stopInstance(ctx, o, node.Instance), s.house.CleanUpAfter(ctx, o), goodbye(ctx, node.Network))
}

// stopInstance stops what was booted, and crashes what cannot be stopped.
func (s *Seat) stopInstance(ctx context.Context, o *rolecode.Owner, instance any) error {
	err := errors.ErrUnsupported
	if stopper, ok := instance.(stopper); ok {
		err = s.bounded(ctx, o, stopper)
	}
	if crasher, ok := instance.(crasher); ok && err != nil {
		_ = s.house.Do(ctx, o, "crashing", nil, func(context.Context) { crasher.Crash() }) // what failed before says more
	}
	if errors.Is(err, errors.ErrUnsupported) {
		return nil
	}
	return err
}

// Crash implements stage.Runner.
func (s *Seat) Crash(ctx context.Context) error {
	o := s.owns()
	if o == nil {
		return nil
	}
	o.Interrupt(errors.New("the node crashes"))
	defer o.Again()
	node, ran := s.clear()
	err := node.close()
	if ran {
		o.Again()
		err = errors.Join(err, s.crashInstance(ctx, o, node.Instance))
	}
	return errors.Join(err, s.house.CleanUpAfter(ctx, o))
}

// crashInstance ends what was booted, which has no network any more.
func (s *Seat) crashInstance(ctx context.Context, o *rolecode.Owner, instance any) error {
	ctx, cancel := s.stopLimit(ctx)
	defer cancel()
	switch instance := instance.(type) {
	case crasher:
		if fail := s.house.Do(ctx, o, "crashing", nil, func(context.Context) { instance.Crash() }); fail != nil {
			return fail
		}
	case stopper:
		if stopping := s.bounded(ctx, o, instance); ctx.Err() != nil { // other errors are no wonder without a network
			return stopping
		}
	}
	return nil
}

// bounded stops an instance.
func (s *Seat) bounded(ctx context.Context, o *rolecode.Owner, instance stopper) error {
	fail, err := s.try(ctx, o, fmt.Sprintf("in the Stop of %T", instance), nil, instance.Stop)
	if fail != nil {
		return fail
	}
	return err
}
