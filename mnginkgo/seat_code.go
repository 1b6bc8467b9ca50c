package mnginkgo

import (
	"context"
	"errors"
	"fmt"
	"runtime"

	"github.com/7aca83c2/multinode/mnginkgo/internal/rolecode"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
)

func (s *seat) view(ctx context.Context, _ nothing) (v View, err error) {
	node, err := s.current()
	if err != nil {
		return View{}, err
	}
	o := s.owns()
	if o == nil {
		return View{}, errNoSpec
	}
	fail := o.Do(ctx, "telling what it sees", func(context.Context) { v = viewOf(node.Role(), node.instance) })
	if fail != nil {
		return View{}, fail
	}
	return v, nil
}

func (s *seat) command(ctx context.Context, b bodyRequest) (answer, error) {
	node, err := s.current()
	if err != nil {
		return answer{}, err
	}
	borrowed.Take(b.Waits)
	var result []byte
	var failed error
	fail := s.doTelling(ctx, "in a command", func(ctx context.Context) { result, failed = commands.At(b.Ordinal)(ctx, node, b.Argument) })
	s.tellAnyway(ctx, fail)
	a := answerOf(failed, fail)
	if fail == nil {
		a.Result = result
	}
	return a, nil
}

// tellAnyway tells of a panic when nobody waits for the answer any more. What else fails then is
// likely to be a consequence.
func (s *seat) tellAnyway(ctx context.Context, fail *stage.Failure) {
	if fail != nil && fail.Kind != stage.Stuck && fail.Stack != "" && ctx.Err() != nil {
		s.backstage.Failed(*fail)
	}
}

func (s *seat) body(ctx context.Context, b bodyRequest) (answer, error) {
	node, err := s.current()
	if err != nil {
		return answer{}, err
	}
	borrowed.Take(b.Waits)
	fail := s.doTelling(ctx, "in the body", func(ctx context.Context) {
		spec := rolecode.NewContext(ctx, b.Report)
		bodies.At(b.Ordinal)(spec, node.with(spec))
	})
	s.tellAnyway(ctx, fail)
	if fail != nil && fail.Early && fail.Kind != stage.Skip && fail.Stack == "" && ctx.Err() != nil {
		s.backstage.Failed(*fail) // it counts if what has ended the others is a Skip
	}
	if fail != nil {
		// The others are ended for this. Were the barriers told, they could fail of that
		// before the spec hears of the cause.
		return answerOf(nil, fail), nil
	}
	return answer{}, s.backstage.Ended(ctx, node.Role())
}

// doTelling runs the user's code on the role and returns what goes wrong in it. That it is stuck is
// told, whether anybody waits for it or not.
func (s *seat) doTelling(ctx context.Context, what string, code func(context.Context)) *stage.Failure {
	o := s.owns()
	if o == nil {
		return &stage.Failure{Message: errNoSpec.Error()}
	}
	defer s.cleanups.During(ctx, o)()
	return o.DoTelling(ctx, what, s.backstage.Failed, code)
}

// errNoSpec is for what comes when the seat has been given up.
var errNoSpec = errors.New("the spec is over")

// doAs runs code of whoever owned it when the life of the node began.
func (s *seat) doAs(ctx context.Context, o *rolecode.Owner, what string, code func(context.Context)) *stage.Failure {
	defer s.cleanups.During(ctx, o)()
	return o.Do(ctx, what, code)
}

// owns returns whose code runs here, or nil before the first boot.
func (s *seat) owns() *rolecode.Owner {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.owner
}

// quiet ends the contexts of all code on the role and waits for it. It returns an error for
// each that does not return.
func (s *seat) quiet(ctx context.Context, why string) error {
	o := s.owns()
	if o == nil {
		return nil
	}
	reason := errors.New(why)
	o.Interrupt(reason)
	stuck := o.Wait(ctx)
	o.Again()
	var errs []error
	for _, call := range stuck {
		if call.Tell() {
			errs = append(errs, call.Stuck(reason))
		}
	}
	return errors.Join(errs...)
}

// status says what the role is doing, for progress reports.
func (s *seat) status(context.Context, nothing) (string, error) {
	doing := "idle"
	if o := s.owns(); o != nil {
		doing = o.Doing()
	}
	return fmt.Sprintf("%s; %d goroutines in its process", doing, runtime.NumGoroutine()), nil
}
