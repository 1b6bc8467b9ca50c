//go:build linux || darwin

package family

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"syscall"
	"time"
)

// process is what the system tells of a process.
type process struct {
	id, parent, group int
	born              int64 // when, as the system counts; another one of this id has another time
	rest              rest
}

// rest says whether a process stands still.
type rest uint8

const (
	runs   rest = iota
	inCall      // in a call of the kernel that no signal interrupts; it stops at its end
	still       // stopped, or it has ended
)

// Pause stops a process and its family with SIGSTOP, and returns when none of them runs
// any more, or with an error that names those that do when ctx ends.
func Pause(ctx context.Context, id int) error {
	stopped := map[int]bool{}
	for atRest, look := false, (watch{}); ; {
		kin, err := of(id)
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

// watch looks at a family until it rests. The system tells nobody but a parent that a
// process has stopped, so the only way is to look again.
type watch struct {
	pause  time.Duration
	inCall time.Time // since when all that do not stand still are in calls
}

// callPatience is how long Pause waits for the end of a call that no signal interrupts. It
// may have none: one that has forked waits for its child, which is stopped as well.
const callPatience = 50 * time.Millisecond

func (w *watch) rest(kin []process) bool {
	all := still
	for _, p := range kin {
		all = min(all, p.rest)
	}
	switch {
	case all == still:
		return true
	case all == runs:
		w.inCall = time.Time{}
	case w.inCall.IsZero():
		w.inCall = time.Now()
	}
	return all == inCall && time.Since(w.inCall) > callPatience
}

func (w *watch) wait(ctx context.Context) error {
	w.pause = min(w.pause*2+100*time.Microsecond, 5*time.Millisecond)
	select {
	case <-time.After(w.pause):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func running(kin []process) (ids []int) {
	for _, p := range kin {
		if p.rest != still {
			ids = append(ids, p.id)
		}
	}
	return ids
}

// Resume lets a process and its family go on, with SIGCONT.
func Resume(id int) error {
	kin, err := of(id)
	for _, p := range kin {
		err = errors.Join(err, signal(p.id, syscall.SIGCONT))
	}
	return err
}

// Kill ends a process and its family with SIGKILL. It does not wait until they have ended.
func Kill(id int) error {
	kin, err := of(id)
	if err == nil && len(kin) > 1 { // the family of one that has ended is not found any more
		ctx, cancel := context.WithTimeout(context.Background(), killPatience)
		defer cancel()
		if err = Pause(ctx, id); err == nil {
			kin, err = of(id)
		}
	}
	if !slices.ContainsFunc(kin, func(p process) bool { return p.id == id }) {
		kin = append(kin, process{id: id})
	}
	for _, p := range kin {
		err = errors.Join(err, signal(p.id, syscall.SIGKILL))
	}
	return err
}

// Family is a process's family as it was found.
type Family struct{ kin []process }

// Of returns the family of a process, without that itself.
func Of(id int) (Family, error) {
	kin, err := of(id)
	return Family{slices.DeleteFunc(kin, func(p process) bool { return p.id == id })}, err
}

// Kill ends those that are still there, and their families, with SIGKILL.
func (f Family) Kill() error {
	if len(f.kin) == 0 {
		return nil
	}
	all, err := list()
	for _, p := range f.kin {
		if slices.ContainsFunc(all, func(other process) bool { return other.id == p.id && other.born == p.born }) {
			err = errors.Join(err, Kill(p.id))
		}
	}
	return err
}

// killPatience is how long Kill waits for a family to stand still, so that nobody in it
// starts another one meanwhile.
const killPatience = time.Second

// signal sends a signal to a process, unless that has ended.
func signal(id int, s syscall.Signal) error {
	if err := syscall.Kill(id, s); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("%v to process %d: %w", s, id, err)
	}
	return nil
}

// of returns a process and its family, as far as they are there.
func of(id int) ([]process, error) {
	all, err := list()
	if err != nil {
		return nil, err
	}
	within := map[int]bool{id: true}
	var kin []process
	for found := true; found; { // until nobody is added
		found = false
		all = slices.DeleteFunc(all, func(p process) bool {
			mine := p.id == id || p.group == id || within[p.parent]
			if mine {
				within[p.id], found = true, true
				kin = append(kin, p)
			}
			return mine
		})
	}
	return kin, nil
}
