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

// Pause stops the family with SIGSTOP, and returns when none of it runs any more, or with
// an error that names those that do when ctx ends.
func (f *Family) Pause(ctx context.Context) error { return root{f.id(), f.mark}.pause(ctx) }

// Resume lets the family go on, with SIGCONT.
func (f *Family) Resume() error {
	kin, err := root{f.id(), f.mark}.kin()
	for _, p := range kin {
		err = errors.Join(err, signal(p.id, syscall.SIGCONT))
	}
	return err
}

// Kill ends the family with SIGKILL. It does not wait until it has ended.
func (f *Family) Kill() error { return root{f.id(), f.mark}.kill() }

// root is where a family begins.
type root struct {
	id   int
	mark string // or ""
}

func (r root) pause(ctx context.Context) error {
	stopped := map[int]bool{}
	for atRest, look := false, (watch{}); ; {
		kin, err := r.kin()
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

func (r root) kill() error {
	kin, err := r.kin()
	if err == nil && len(kin) > 1 { // the family of one that has ended is not found any more
		ctx, cancel := context.WithTimeout(context.Background(), killPatience)
		defer cancel()
		if err = r.pause(ctx); err == nil {
			kin, err = r.kin()
		}
	}
	if !slices.ContainsFunc(kin, func(p process) bool { return p.id == r.id }) {
		kin = append(kin, process{id: r.id})
	}
	for _, p := range kin {
		err = errors.Join(err, signal(p.id, syscall.SIGKILL))
	}
	return err
}

// Members are what a process has started, as it was found.
type Members struct{ kin []process }

// Members returns the family without the process itself.
func (f *Family) Members() (Members, error) {
	kin, err := root{f.id(), f.mark}.kin()
	return Members{slices.DeleteFunc(kin, func(p process) bool { return p.id == f.id() })}, err
}

// Kill ends those that are still there, and their families, with SIGKILL.
func (m Members) Kill() error {
	if len(m.kin) == 0 {
		return nil
	}
	all, err := list()
	for _, p := range m.kin {
		if slices.ContainsFunc(all, func(other process) bool { return other.id == p.id && other.born == p.born }) {
			err = errors.Join(err, root{id: p.id}.kill())
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

// kin returns the process and its family, as far as they are there.
func (r root) kin() ([]process, error) {
	all, err := list()
	if err != nil {
		return nil, err
	}
	within := map[int]bool{r.id: true}
	var kin []process
	add := func(mine func(process) bool) (found bool) {
		all = slices.DeleteFunc(all, func(p process) bool {
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
		for add(func(p process) bool { return p.id == r.id || p.group == r.id || within[p.parent] }) {
		}
	}
	descend()
	if r.mark != "" && add(func(p process) bool { return marked(environ(p.id), r.mark) }) {
		descend() // of those, one may have changed its environment
	}
	return kin, nil
}
