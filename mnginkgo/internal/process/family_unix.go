//go:build linux || darwin

package process

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"syscall"
	"time"
)

// member is what the system tells of a process.
type member struct {
	id, parent, group int
	born              int64 // when, as the system counts; another one of this id has another time
	rest              rest
}

// rest says whether a process stands still.
type rest uint8

const (
	runs   rest = iota
	inCall      // in a call of the kernel that no signal interrupts; it stops at its end
	still       // stopped
	ended       // a zombie, until its parent waits for it
)

// resume lets the family go on.
func (f family) resume() error {
	kin, err := f.kin()
	for _, p := range kin {
		err = errors.Join(err, signal(p.id, syscall.SIGCONT))
	}
	return err
}

// pause stops the family, and returns when none of it runs any more.
func (f family) pause(ctx context.Context) error {
	stopped := map[int]bool{}
	for atRest, look := false, (lookout{}); ; {
		kin, err := f.kin()
		if err != nil {
			return err
		}
		fresh := false // nobody new may have been started by those that now stand still
		for _, p := range kin {
			if stopped[p.id] {
				continue
			}
			stopped[p.id], fresh = true, true
			if err := signal(p.id, syscall.SIGSTOP); err != nil {
				return err
			}
		}
		if atRest && !fresh {
			return nil
		}
		if atRest = look.rest(kin) && !fresh; atRest {
			continue
		}
		if err := look.wait(ctx); err != nil {
			return fmt.Errorf("still running after SIGSTOP: %v: %w", running(kin), err)
		}
	}
}

// lookout looks at a family until it rests. The system tells nobody but a parent that a
// process has stopped, so the only way is to look again.
type lookout struct {
	pause  time.Duration
	inCall time.Time // since when all that do not stand still are in calls
}

// callPatience is how long pause waits for the end of a call that no signal interrupts. It
// may have none: one that has forked waits for its child, which is stopped as well.
const callPatience = 50 * time.Millisecond

func (w *lookout) rest(kin []member) bool {
	all := leastRest(kin)
	switch {
	case all >= still:
		return true
	case all == runs:
		w.inCall = time.Time{}
	case w.inCall.IsZero():
		w.inCall = time.Now()
	}
	return all == inCall && time.Since(w.inCall) > callPatience
}

// leastRest returns the rest that all of them have at least; ended for nobody.
func leastRest(members []member) rest {
	least := ended
	for _, p := range members {
		least = min(least, p.rest)
	}
	return least
}

func (w *lookout) wait(ctx context.Context) error {
	w.pause = min(w.pause*2+100*time.Microsecond, 5*time.Millisecond)
	select {
	case <-time.After(w.pause):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func running(kin []member) (ids []int) {
	for _, p := range kin {
		if p.rest < still {
			ids = append(ids, p.id)
		}
	}
	return ids
}

// kill ends the family with SIGKILL, and waits until it has ended, for killPatience at most: what
// one of them holds, a port say, is free then.
func (f family) kill() error {
	ctx, cancel := context.WithTimeout(context.Background(), killPatience)
	defer cancel()
	kin, err := f.kin()
	if err == nil && len(kin) > 1 { // the family of one that has ended is not found any more
		if err = f.pause(ctx); err == nil {
			kin, err = f.kin()
		}
	}
	if !slices.ContainsFunc(kin, func(p member) bool { return p.id == f.id }) {
		kin = append(kin, member{id: f.id})
	}
	for _, p := range kin {
		err = errors.Join(err, signal(p.id, syscall.SIGKILL))
	}
	for look := (lookout{}); leastRest(kin) < ended && look.wait(ctx) == nil; {
		kin = stillThere(kin)
	}
	return err
}

// stillThere returns those of the members that the system has yet, as they are now; none if it does not tell.
func stillThere(members []member) []member {
	all, _ := list()
	return slices.DeleteFunc(all, func(p member) bool { return !slices.ContainsFunc(members, p.is) })
}

// is reports whether both are one process.
func (p member) is(other member) bool { return p.id == other.id && p.born == other.born }

// started returns what kills those that the process has started by now and that are still there, and their
// families.
func (f family) started() (kill func() error) {
	kin, _ := f.kin()
	return func() error {
		if len(kin) < 2 {
			return nil
		}
		all, err := list()
		for _, p := range kin {
			if p.id != f.id && slices.ContainsFunc(all, p.is) {
				err = errors.Join(err, family{id: p.id}.kill())
			}
		}
		return err
	}
}

// killPatience is how long kill waits for a family to stand still, so that nobody in it
// starts another one meanwhile, and to have ended.
const killPatience = time.Second

// signal sends a signal to a process, unless that has ended.
func signal(id int, s syscall.Signal) error {
	if err := syscall.Kill(id, s); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("%v to process %d: %w", s, id, err)
	}
	return nil
}

// kin returns the process and its family, as far as they are there.
func (f family) kin() ([]member, error) {
	all, err := list()
	if err != nil {
		return nil, err
	}
	within := map[int]bool{f.id: true}
	var kin []member
	add := func(mine func(member) bool) (found bool) {
		all = slices.DeleteFunc(all, func(p member) bool {
			if !mine(p) {
				return false
			}
			within[p.id], found = true, true
			kin = append(kin, p)
			return true
		})
		return found
	}
	descend := func() {
		for add(func(p member) bool { return p.id == f.id || p.group == f.id || within[p.parent] }) {
		}
	}
	descend()
	if f.mark != "" && add(func(p member) bool { return marked(environ(p.id), f.mark) }) {
		descend() // of those, one may have changed its environment
	}
	return kin, nil
}
