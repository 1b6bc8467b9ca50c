package company

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/7aca83c2/multinode/mnginkgo/internal/broker"
	"github.com/7aca83c2/multinode/mnginkgo/internal/rolecode"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
)

// ErrNoBroker is why a spec has no processes in a suite that starts no broker.
var ErrNoBroker = errors.New(`a spec with Parallel() needs the broker, and this suite starts none. Add this line to it:

    var _ = SynchronizedBeforeSuite(StartBroker, JoinBroker)

or call StartBroker and JoinBroker inside the SynchronizedBeforeSuite it has`)

// Borrow borrows the processes for a spec, before its clock starts. It returns false if there is
// nothing to do: without a broker the spec fails when it begins, and in an Ordered container it
// goes on with those of the spec before.
func (p *Process) Borrow(ctx context.Context, r broker.Request) (borrowed bool, err error) {
	if p.session == nil || p.loan.Load() != 0 {
		return false, nil
	}
	defer p.house.Wait()()
	if err := p.session.Borrow(ctx, r); err != nil {
		return true, fmt.Errorf("processes for this spec: %w", err)
	}
	p.loan.Store(p.loans.Add(1))
	return true, nil
}

// Begin begins the turn of a spec: it returns the stage that its processes are on, and what ends the turn and
// gives them back. It borrows them if Borrow was not called, as for an It that carries the plan itself, or for
// another attempt.
func (p *Process) Begin(ctx context.Context, r broker.Request) (d stage.Director, end func(context.Context) error, err error) {
	if p.session == nil {
		return nil, nil, ErrNoBroker
	}
	if _, err := p.Borrow(ctx, r); err != nil {
		return nil, nil, err
	}
	loan := p.loan.Load()
	return p.session, func(ctx context.Context) error {
		if now := p.loan.Load(); now != loan && now != 0 { // it was given back, and another spec has its own
			return nil
		}
		err := p.release(ctx)
		p.Hear(broker.Ears{Failed: rolecode.Late})
		return err
	}, nil
}

// Hear has those told of what happens in the turn.
func (p *Process) Hear(e broker.Ears) { p.session.Hear(e) }

// SpecDone gives back what a spec holds still that is over, unless the next spec of an Ordered
// container goes on with it, and tells the broker that there is one spec fewer.
func (p *Process) SpecDone(ctx context.Context, goesOn bool) error {
	if p.session == nil {
		return nil
	}
	if !goesOn {
		if err := p.release(ctx); err != nil {
			return err
		}
	}
	p.session.SpecDone()
	return nil
}

// releaseTimeout is more than the broker needs to take processes back, stuck ones included.
const releaseTimeout = 15 * time.Second

// Hurry bounds what is done at the end of a spec that is cut off as a whole, by ^C or --timeout. The
// broker ends the processes anyway.
const Hurry = 250 * time.Millisecond

// release gives the processes back, if there are any.
func (p *Process) release(ctx context.Context) error {
	if p.loan.Swap(0) == 0 {
		return nil
	}
	limit, inTime := ctx.Deadline()
	hurried, patience := ctx.Err() != nil || inTime && time.Until(limit) < Hurry, releaseTimeout
	if hurried {
		patience = Hurry
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	if err := p.session.Return(ctx); err != nil && !hurried {
		return fmt.Errorf("give back the processes of this spec: %w", err)
	}
	return nil
}
