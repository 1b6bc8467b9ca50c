package chaos

import (
	"fmt"
	"iter"
	"slices"
	"time"
)

// Harm does the harm of a step, and returns what ends it.
type Harm func(Step) (Undo, error)

// Undo ends a harm.
type Undo func() error

// Nemesis has steps done.
type Nemesis struct {
	Harm Harm
	// Failed is told what could not be done, and why.
	Failed func(doing string, err error)

	done []Step
}

// harm is a step that lasts.
type harm struct {
	Step
	until time.Duration
	undo  Undo
}

// Run does the steps in the order of their times, and ends each at its time, until stop is closed or
// one of them fails. It returns when all harm is undone.
func (n *Nemesis) Run(steps iter.Seq[Step], stop <-chan struct{}) {
	next, end := iter.Pull(steps)
	defer end()
	start := time.Now()
	var lasting []harm // by their ends
	defer func() {
		for _, h := range lasting {
			n.end(h)
		}
	}()
	step, more := next()
	for more || len(lasting) > 0 {
		ends := len(lasting) > 0 && (!more || lasting[0].until <= step.at)
		at := step.at
		if ends {
			at = lasting[0].until
		}
		select {
		case <-time.After(time.Until(start.Add(at))):
		case <-stop:
			return
		}
		if ends {
			h := lasting[0]
			lasting = lasting[1:]
			if !n.end(h) {
				return
			}
			continue
		}
		h, ok := n.begin(step)
		if !ok {
			return
		}
		i, _ := slices.BinarySearchFunc(lasting, h.until, func(h harm, at time.Duration) int { return int(h.until - at) })
		lasting = slices.Insert(lasting, i, h)
		step, more = next()
	}
	<-stop
}

func (n *Nemesis) begin(s Step) (harm, bool) {
	n.done = append(n.done, s)
	undo, err := n.Harm(s)
	if err != nil {
		n.Failed(s.String(), err)
	}
	return harm{s, s.at + s.lasting, undo}, err == nil
}

// end ends a harm, and reports whether it could. One that panics does not keep the others from their end.
func (n *Nemesis) end(h harm) (ended bool) {
	var err error
	defer func() {
		if panicked := recover(); panicked != nil {
			err = fmt.Errorf("panic: %v", panicked)
		}
		if ended = err == nil; !ended {
			n.Failed("end of "+h.String(), err)
		}
	}()
	err = h.undo()
	return ended
}

// Schedule returns what was done, below a title. It must not be called while Run works.
func (n *Nemesis) Schedule(title string) string {
	return Text(title, n.done)
}

// Done returns what was done. It must not be called while Run works.
func (n *Nemesis) Done() []Step { return n.done }
