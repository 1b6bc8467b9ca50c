package stage

import (
	"context"
	"errors"
	"fmt"
)

// Runner runs the node of one role, in this process or at the other end of a pipe.
type Runner interface {
	// Call does what the verb Call has asked for.
	Call(ctx context.Context, method string, body []byte) ([]byte, error)
	// Crash ends the node as the verb Crash has it; without a node it does nothing.
	Crash(ctx context.Context) error
}

// Deed is what can be done to a process of a role's own.
type Deed struct {
	Role string
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

// End is how the process of a role has ended.
type End struct {
	Role    string
	Planned bool   // of a process of the role's own; others are never to end
	Why     string // of a loss, which nobody planned: a line, and below it what the process last wrote
	Code    int    // the exit code of a process of the role's own; -1 if a signal ended it
	Signal  int    // the signal's number; 0 if it exited
}

func (s *Stage) runner(role string) (Runner, error) {
	if r := s.runners[role]; r != nil {
		return r, nil
	}
	return nil, fmt.Errorf("stage: no process runs role %q", role)
}

func (s *Stage) call(ctx context.Context, c RoleCall) ([]byte, error) {
	r, err := s.runner(c.Role)
	if err != nil {
		return nil, err
	}
	return r.Call(ctx, c.Method, c.Body)
}

func (s *Stage) crash(ctx context.Context, role string) error {
	r, err := s.runner(role)
	if err != nil {
		return err
	}
	return errors.Join(r.Crash(ctx), s.reclaim(ctx, role))
}

func (s *Stage) process(ctx context.Context, deed Deed) error {
	r, err := s.runner(deed.Role)
	if err != nil {
		return err
	}
	own, ok := r.(interface {
		Process(ctx context.Context, deed Deed) error
	})
	if !ok {
		return fmt.Errorf("stage: %s: role %q has no process of its own", deed.Kind, deed.Role)
	}
	return own.Process(ctx, deed)
}
