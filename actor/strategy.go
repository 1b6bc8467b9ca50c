package actor

import (
	"slices"
	"time"
)

// Strategy says what becomes of an actor that failed. It is one of Resume, Restart,
// Stop, Escalate and Decide. Every failure is logged and published as a Failure.
type Strategy interface {
	// decide returns one of the first four.
	decide(err error) Strategy
}

type (
	// Resume goes on with the next message, as if nothing had happened. An actor whose
	// PreStart failed is stopped instead: there is nothing to resume.
	Resume struct{}
	// Stop stops the actor.
	Stop struct{}
	// Escalate makes the failure its parent's. The actor waits meanwhile: if the parent
	// resumes so does it, otherwise it is stopped with its parent's other children. An
	// actor without a parent is stopped.
	Escalate struct{}
	// Decide chooses a strategy for the error at hand.
	Decide func(err error) Strategy
)

// Restart puts a fresh Actor from the factory in the place of the failed one. The
// mailbox, the stash (its messages come first) and those who watch the actor stay. Its
// children, its timers and its own watches end with the one that set them up.
type Restart struct {
	// MinBackoff is how long the first restart waits. Each further one waits twice as
	// long as the one before, up to MaxBackoff. Zero is no wait, except that a failed
	// PreStart is not tried again for 10 ms, so that it cannot spin.
	MinBackoff time.Duration
	// MaxBackoff is the longest wait. Zero is a hundred times MinBackoff.
	MaxBackoff time.Duration
	// ResetAfter is the time without a failure after which the wait is MinBackoff again.
	// Zero is MaxBackoff, at least a second.
	ResetAfter time.Duration
	// MaxRestarts is how many restarts there may be Within a time; one more failure
	// stops the actor. Zero is 10, a negative number is no limit.
	MaxRestarts int
	// Within is the time in which restarts are counted. Zero is a minute.
	Within time.Duration
}

func (s Resume) decide(error) Strategy   { return s }
func (s Stop) decide(error) Strategy     { return s }
func (s Escalate) decide(error) Strategy { return s }
func (s Restart) decide(error) Strategy  { return s.withDefaults() }

func (f Decide) decide(err error) Strategy {
	if s := f(err); s != nil {
		return s.decide(err)
	}
	return Stop{}
}

func (s Restart) withDefaults() Restart {
	if s.MaxBackoff == 0 {
		s.MaxBackoff = 100 * s.MinBackoff
	}
	if s.ResetAfter == 0 {
		s.ResetAfter = max(s.MaxBackoff, time.Second)
	}
	if s.MaxRestarts == 0 {
		s.MaxRestarts = 10
	}
	if s.Within == 0 {
		s.Within = time.Minute
	}
	return s
}

// restarts remembers an actor's restarts.
type restarts struct {
	recent []time.Time // those Within the window
	last   time.Time   // the last failure
	wait   time.Duration
	due    time.Time // when the restart under way may happen
}

// next says how long to wait before a restart at now, or false if there may be none.
func (r *restarts) next(s Restart, now time.Time) (time.Duration, bool) {
	r.recent = slices.DeleteFunc(r.recent, func(at time.Time) bool { return now.Sub(at) >= s.Within })
	if s.MaxRestarts >= 0 {
		if len(r.recent) >= s.MaxRestarts {
			return 0, false
		}
		r.recent = append(r.recent, now)
	}
	switch {
	case r.last.IsZero(), now.Sub(r.last)-r.wait >= s.ResetAfter:
		r.wait = s.MinBackoff
	default:
		r.wait = min(max(2*r.wait, s.MinBackoff), s.MaxBackoff)
	}
	r.last = now
	return r.wait, true
}
