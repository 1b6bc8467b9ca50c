package seat

import (
	"context"
	"errors"
	"time"

	"github.com/7aca83c2/multinode/mnginkgo/internal/durations"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
)

// The methods of a seat.
var (
	Boot    = method("boot", (*Seat).boot)
	Leave   = method("leave", (*Seat).leave)
	Stop    = method("stop", (*Seat).stop)
	Settle  = method("settle", (*Seat).settle) // tells what has gone wrong and was told to nobody yet
	View    = method("view", (*Seat).view)     // returns what Part.View does
	Command = method("command", (*Seat).command)
	Body    = method("body", (*Seat).body)
	_       = method(stage.GoroutinesOf, (*Seat).goroutines)
	Status  = method("status", (*Seat).status) // says what the role is busy with
	Skew    = method("skew", (*Seat).skew)
	Reset   = method("reset", (*Seat).reset) // ends the connections with roles, and counts them
)

// BootRequest says which node to boot.
type BootRequest struct {
	Plan        int
	Role        string
	Spec        string // its text
	Report      []byte // Ginkgo's report of the spec, in JSON
	Incarnation uint64
	Seed        uint64
	Skew        time.Duration // of its clock
	DataDir     string        // not made yet
	Waits       durations.Lent
}

// BodyRequest says which body or command to run. A body has a report, Ginkgo's of the spec in JSON, and a
// command an argument.
type BodyRequest struct {
	Number   int
	Report   []byte
	Argument []byte
	Waits    durations.Lent
}

// StopRequest says how a node is to stop.
type StopRequest struct {
	Hurry  time.Duration // all that it may take, as the run ends; 0 if it does not
	Failed bool          // its spec has
}

// Nothing is the argument or answer of a method that has none.
type Nothing = stage.Nothing

// Method is what a seat can be asked, with an argument and an answer of these types.
type Method[A, R any] struct{ name string }

// methods are what Seat.Call calls, by name.
var methods = map[string]func(*Seat, context.Context, []byte) ([]byte, error){}

func method[A, R any](name string, do func(*Seat, context.Context, A) (R, error)) Method[A, R] {
	methods[name] = stage.Decoding(do)
	return Method[A, R]{name}
}

// Ask has the seat of a role do it.
func (m Method[A, R]) Ask(ctx context.Context, d stage.Director, role string, argument A) (R, error) {
	return stage.Encoded[A, R](argument, func(body []byte) ([]byte, error) {
		return stage.Call.Ask(ctx, d, stage.RoleCall{Role: role, Method: m.name, Body: body})
	})
}

// Answer is what code on a role has returned, or what went wrong in it.
type Answer struct {
	Result    []byte
	Error     string // of the code; "" if it returned none
	Failed    bool
	Fail      stage.Failure // if Failed
	Defaulted bool          // of a boot: DefaultBoot has had a part in it
}

// answerOf makes an answer of an error, which may have a failure in it, and a failure. Either
// may be nil.
func answerOf(err error, fail *stage.Failure) (a Answer) {
	if err != nil {
		a.Error = err.Error()
	}
	if fail == nil {
		fail = stage.Worst(err)
	}
	if fail == nil {
		return a
	}
	a.Failed, a.Fail = true, *fail
	switch stage.KindOf(err) {
	case stage.Abort:
		a.Fail.Kind = stage.Abort
	case "":
		if err != nil && a.Fail.Kind == stage.Skip { // there is more than that
			a.Fail.Kind = ""
		}
	}
	return a
}

// Err returns what went wrong, or nil.
func (a *Answer) Err() error {
	switch {
	case a.Failed && a.Error != "":
		return &placedError{a.Error, &a.Fail}
	case a.Failed:
		return &a.Fail
	case a.Error != "":
		return errors.New(a.Error)
	}
	return nil
}

// placedError is an error whose text has a failure in it.
type placedError struct {
	text string
	fail *stage.Failure
}

// Error returns the text.
func (e *placedError) Error() string { return e.text }

// Unwrap returns the failure.
func (e *placedError) Unwrap() error { return e.fail }
