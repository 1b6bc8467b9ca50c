package mnginkgo

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/7aca83c2/multinode/mnginkgo/internal/rolecode"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
)

// settle tells what has gone wrong on the role and was told to nobody yet.
func (s *seat) settle(context.Context, nothing) (nothing, error) {
	o := s.owns()
	if o == nil || s.house == nil {
		return nothing{}, nil
	}
	if f := o.Noted(); f != nil {
		s.backstage.Failed(*f)
	}
	if races := s.house.NewRaces(); races > 0 {
		s.backstage.Failed(stage.Failure{Role: o.Role, PID: os.Getpid(), Kind: stage.Race, Message: racesFound(races)})
	}
	return nothing{}, nil
}

func racesFound(n int) string {
	if n == 1 {
		return "the race detector has found a data race"
	}
	return fmt.Sprintf("the race detector has found %d data races", n)
}

// Vacate implements broker.Seat: a node that is left is crashed.
func (s *seat) Vacate(ctx context.Context) (left int, err error) {
	err = s.Crash(ctx)
	o := s.owns()
	if o == nil {
		return 0, err
	}
	if s.house != nil {
		left = leftOf(ctx, o, leftPatience)
	}
	_, _ = s.settle(ctx, nothing{}) // it never fails
	o.Close()
	s.mu.Lock()
	s.owner, s.before, s.onNetwork = nil, o, nil
	s.mu.Unlock()
	if s.house != nil {
		s.house.End()
		borrowed.Return()
	}
	return left, err
}

// leftPatience is how long goroutines of a role may take to end when it has stopped.
const leftPatience = 50 * time.Millisecond

// leftOf waits for the goroutines of a role to end, and returns how many do not. No event
// tells that one has ended, so it looks again and again, and ever less often.
func leftOf(ctx context.Context, o *rolecode.Owner, patience time.Duration) (left int) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for wait := time.Millisecond; ; wait = min(2*wait, time.Second) {
		if left = o.Left(); left == 0 {
			return 0
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return left
		}
	}
}

// Clean implements broker.Seat.
func (s *seat) Clean(ctx context.Context) {
	s.mu.Lock()
	o := s.before
	s.mu.Unlock()
	const forEver = 1 << 62
	leftOf(ctx, o, forEver)
	s.house.Late()
}

// Mark implements broker.Seat.
func (s *seat) Mark(mark string) { s.house.Mark(mark) }
