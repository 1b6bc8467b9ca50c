package seat

import (
	"context"
	"fmt"
	"runtime"

	"github.com/7aca83c2/multinode/mnginkgo/internal/rolecode"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
)

func (s *Seat) view(ctx context.Context, _ Nothing) ([]byte, error) {
	node, o, err := s.current()
	if err != nil {
		return nil, err
	}
	var seen []byte
	var failed error
	fail := o.Do(ctx, "telling what it sees", nil, func(context.Context) { seen, failed = node.part.View() })
	if fail != nil {
		return nil, fail
	}
	return seen, failed
}

func (s *Seat) command(ctx context.Context, b BodyRequest) (Answer, error) {
	node, o, err := s.current()
	if err != nil {
		return Answer{}, err
	}
	s.waits.Take(b.Waits)
	var result []byte
	fail, err := s.run(ctx, o, "in a command", func(ctx context.Context) (err error) {
		result, err = node.part.Command(ctx, b.Number, b.Argument)
		return err
	})
	a := answerOf(err, fail)
	if fail == nil {
		a.Result = result
	}
	return a, nil
}

func (s *Seat) body(ctx context.Context, b BodyRequest) (Answer, error) {
	node, o, err := s.current()
	if err != nil {
		return Answer{}, err
	}
	s.waits.Take(b.Waits)
	fail, _ := s.run(ctx, o, "in the body", func(ctx context.Context) error {
		node.part.Body(ctx, b.Number, b.Report)
		return nil
	})
	if fail == nil {
		return Answer{}, stage.Ended.Tell(ctx, s.backstage, node.Role)
	}
	if fail.Early && fail.Kind != stage.Skip && fail.Stack == "" && ctx.Err() != nil {
		s.backstage.Failed(*fail) // it counts if what has ended the others is a Skip
	}
	// The others are ended for this. Were the barriers told, they could fail of that
	// before the spec hears of the cause.
	return answerOf(nil, fail), nil
}

// run runs the user's code on the role and returns what goes wrong in it. That it is stuck is told, whether
// anybody waits for it or not, and a panic if nobody does any more. What else fails then is likely to be a
// consequence.
func (s *Seat) run(ctx context.Context, o *rolecode.Owner, what string, code func(context.Context) error) (*stage.Failure, error) {
	fail, err := s.try(ctx, o, what, s.backstage.Failed, code)
	if fail != nil && fail.Kind != stage.Stuck && fail.Stack != "" && ctx.Err() != nil {
		s.backstage.Failed(*fail)
	}
	return fail, err
}

// try runs code of the user's on the role, and returns what has failed in it or, if nothing has, its error.
func (s *Seat) try(
	ctx context.Context, o *rolecode.Owner, what string, tell func(stage.Failure), code func(context.Context) error,
) (*stage.Failure, error) {
	returned := make(chan error, 1) // code that is stuck may return when nobody waits for it
	if fail := s.house.Do(ctx, o, what, tell, func(ctx context.Context) { returned <- code(ctx) }); fail != nil {
		return fail, nil
	}
	return nil, <-returned
}

// settle tells what has gone wrong on the role and was told to nobody yet.
func (s *Seat) settle(context.Context, Nothing) (Nothing, error) {
	if o := s.owns(); o != nil {
		s.house.Settle(o)
	}
	return Nothing{}, nil
}

// goroutines says where those of the role are.
func (s *Seat) goroutines(context.Context, Nothing) ([]stage.Goroutines, error) {
	if o := s.owns(); o != nil {
		return o.Goroutines(), nil
	}
	return nil, nil
}

// status says what the role is doing, for progress reports.
func (s *Seat) status(context.Context, Nothing) (string, error) {
	doing := "idle"
	if o := s.owns(); o != nil {
		doing = o.Doing()
	}
	return fmt.Sprintf("%s; %d goroutines in its process", doing, runtime.NumGoroutine()), nil
}
