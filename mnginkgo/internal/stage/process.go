package stage

import (
	"context"
	"fmt"
)

// Isolated is a Runner whose role has a process of its own.
type Isolated interface {
	Runner
	// Process is Director.Process, of this role.
	Process(ctx context.Context, deed Deed) error
}

// Deed is what can be done to a process of a role's own.
type Deed struct {
	Kind DeedKind
	Code int // of Exit
}

// DeedKind is a kind of Deed.
type DeedKind string

// The kinds of deeds.
const (
	Renew   DeedKind = "renew"    // start a process if there is none
	Retire  DeedKind = "retire"   // let the process end by itself, and wait for that
	Pause   DeedKind = "pause"    // stop it, as SIGSTOP does
	Resume  DeedKind = "resume"   // let it go on
	Exit    DeedKind = "exit"     // have it exit with the code, and wait for that
	MayExit DeedKind = "may exit" // count its end, whenever it comes, as planned
)

// End is how a process of a role's own has ended.
type End struct {
	Role    string
	Planned bool
	Code    int // the exit code; -1 if a signal ended it
	Signal  int // the signal's number; 0 if it exited
}

// Process implements Director.
func (s *Stage) Process(ctx context.Context, role string, deed Deed) error {
	r, err := s.runner(role)
	if err != nil {
		return err
	}
	own, ok := r.(Isolated)
	if !ok {
		return fmt.Errorf("stage: %s: role %q has no process of its own", deed.Kind, role)
	}
	return own.Process(ctx, deed)
}
