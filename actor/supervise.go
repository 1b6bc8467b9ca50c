package actor

import (
	"log/slog"
	"time"
)

// failed does what the actor's Strategy says.
func (n *node) failed(err error) {
	if n.sys.killed.Load() {
		return
	}
	strategy := n.decide(err)
	_, resume := strategy.(Resume)
	if n.parent == nil || resume && n.state == starting {
		strategy = Stop{}
	}
	n.report(err, strategy)
	switch s := strategy.(type) {
	case Resume:
		n.resumeChildren()
	case Restart:
		n.restart(s, err)
	case Escalate:
		n.unstarted = n.state == starting
		n.state = suspended
		n.parent.order(control{do: doEscalate, child: n, err: err})
	default:
		n.stop()
	}
}

// decide asks the actor's Strategy, whose own panic stops the actor.
func (n *node) decide(err error) (s Strategy) {
	s = Stop{}
	n.complain("Strategy", call(func() { s = n.opts.strategy.decide(err) }))
	return s
}

// Failure is published on the system's event stream whenever an actor fails.
type Failure struct {
	Actor    string // address and path
	Err      error
	Strategy Strategy
}

func (n *node) report(err error, s Strategy) {
	log := n.logger()
	attrs := []any{slog.Any("error", err)}
	if p, ok := err.(*PanicError); ok {
		attrs = append(attrs, slog.String("stack", string(p.Stack)))
	}
	log.Error("actor failed", attrs...)
	Publish(n.sys, Failure{Actor: n.String(), Err: err, Strategy: s})
}

// minStartBackoff is how long a restart waits at least after a PreStart failed: long
// enough not to fill a log, short enough not to be noticed.
const minStartBackoff = 10 * time.Millisecond

func (n *node) restart(s Restart, cause error) {
	r := n.own()
	wait, ok := r.restarts.next(s, time.Now())
	if !ok {
		n.stop()
		return
	}
	if n.state == starting {
		wait = max(wait, minStartBackoff)
	}
	n.state = replacing
	n.live = false
	n.attempt(func() error { n.typed.preRestart(cause); return nil }, func(err error) {
		n.complain("PreRestart", err)
		r.restarts.due = time.Now().Add(wait)
		n.endChildren()
	})
}

// renewed puts a fresh Actor in place.
func (n *node) renewed() {
	n.state = starting
	n.attempt(func() error { n.typed.renew(); return nil }, func(err error) {
		if err != nil {
			n.failed(err)
		}
	})
}

// escalated makes the failure of a child the actor's own.
func (n *node) escalated(child *node, err error) {
	if n.parent == nil {
		child.order(control{do: doStop})
		return
	}
	if n.state != running && n.state != suspended {
		return // the child is being stopped
	}
	r := n.own()
	if r.escalated == nil {
		r.escalated = map[*node]struct{}{}
	}
	r.escalated[child] = struct{}{}
	if n.state == running {
		n.failed(&childError{child.label(), err})
	}
}

func (n *node) resumed() {
	switch {
	case n.state != suspended:
	case n.unstarted: // there is nothing to resume
		n.stop()
	default:
		n.state = running
		n.resumeChildren()
	}
}

func (n *node) resumeChildren() {
	r := n.peek()
	if r == nil {
		return
	}
	for c := range r.escalated {
		delete(r.escalated, c)
		c.order(control{do: doResume})
	}
}

// childError is the failure of a child that escalated.
type childError struct {
	child string
	err   error
}

func (e *childError) Error() string { return "child \"" + e.child + "\": " + e.err.Error() }
func (e *childError) Unwrap() error { return e.err }
