package seat

import (
	"context"
	"time"

	"github.com/7aca83c2/multinode/internal/codec"
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
type Nothing struct{}

// Method is what a seat can be asked, with an argument and an answer of these types.
type Method[A, R any] struct{ name string }

// methods are what Seat.Call calls, by name.
var methods = map[string]func(*Seat, context.Context, []byte) ([]byte, error){}

func method[A, R any](name string, do func(*Seat, context.Context, A) (R, error)) Method[A, R] {
	methods[name] = func(s *Seat, ctx context.Context, data []byte) ([]byte, error) {
		argument, err := codec.DecodeAs[A](data, nil)
		if err != nil {
			return nil, err
		}
		result, err := do(s, ctx, argument)
		if err != nil {
			return nil, err
		}
		return codec.AppendAs(nil, result)
	}
	return Method[A, R]{name}
}

// Ask has the seat of a role do it.
func (m Method[A, R]) Ask(ctx context.Context, d stage.Director, role string, argument A) (result R, err error) {
	data, err := codec.AppendAs(nil, argument)
	if err != nil {
		return result, err
	}
	if data, err = d.Call(ctx, role, m.name, data); err != nil {
		return result, err
	}
	return codec.DecodeAs[R](data, nil)
}
