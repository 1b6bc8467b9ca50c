package actor

import "fmt"

// receipt is a mark that says that what was before it has been handled.
type receipt func()

// Behind has done called once an actor of this system has handled what is in its mailbox
// now, a stash not counted. It is the actor that calls done, which must not block. If the
// actor ends before, done is not called. Behind returns ErrRemote for an actor of another
// system, and ErrDead for one that has ended.
func (s *System) Behind(ref AnyRef, done func()) error {
	n, err := s.own(ref)
	if err == nil && (n == nil || !n.mark(receipt(done))) {
		err = ErrDead
	}
	if err != nil {
		return fmt.Errorf("actor: behind what %q has: %w", ref, err)
	}
	return nil
}
