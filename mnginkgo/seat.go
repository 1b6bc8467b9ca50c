package mnginkgo

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/onsi/ginkgo/v2/types"

	"github.com/7aca83c2/multinode/internal/codec"
	"github.com/7aca83c2/multinode/mnginkgo/internal/broker"
	"github.com/7aca83c2/multinode/mnginkgo/internal/durations"
	"github.com/7aca83c2/multinode/mnginkgo/internal/innards"
	"github.com/7aca83c2/multinode/mnginkgo/internal/rolecode"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
	"github.com/7aca83c2/multinode/transport"
)

// seat runs the nodes of one role, one after another, in this process. What a
// Director wants of it comes in through Call, encoded in both variants.
type seat struct {
	backstage stage.Backstage
	network   transport.Network
	suite     *innards.Suite     // of this process; nil if Ginkgo is not known
	cleanups  *rolecode.Cleanups // of the node or, where roles share a process, of the spec
	house     *rolecode.House    // nil where the spec runs in this process, too

	mu        sync.Mutex
	owner     *rolecode.Owner // of the spec's code; nil before the first boot
	before    *rolecode.Owner // of the last spec's
	node      *Node
	onNetwork *Network // the node's
}

var _ broker.Seat = (*seat)(nil)

// bootRequest says which node to boot. Plans are the same in all processes.
type bootRequest struct {
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

// bodyRequest says which body to run; Report is Ginkgo's report of the spec, in
// JSON. Commands have an argument instead.
type bodyRequest struct {
	Ordinal  int
	Report   []byte
	Argument []byte
	Waits    durations.Lent
}

// stopRequest says how a node is to stop.
type stopRequest struct {
	Hurry  bool // the run ends
	Failed bool // its spec has
}

// answer is what code on a role has returned, or what went wrong in it.
type answer struct {
	Result    []byte
	Error     string // of the code; "" if it returned none
	Failed    bool
	Fail      stage.Failure // if Failed
	Defaulted bool          // of a boot: DefaultBoot has had a part in it
}

// answerOf makes an answer of an error, which may have a failure in it, and a failure. Either
// may be nil.
func answerOf(err error, fail *stage.Failure) (a answer) {
	if err != nil {
		a.Error = err.Error()
	}
	if fail == nil {
		fail = worst(err)
	}
	if fail == nil {
		return a
	}
	a.Failed, a.Fail = true, *fail
	switch stateOf(err) {
	case types.SpecStateAborted:
		a.Fail.Kind = stage.Abort
	case types.SpecStateFailed:
		if err != nil && a.Fail.Kind == stage.Skip { // there is more than that
			a.Fail.Kind = ""
		}
	}
	return a
}

// err returns what went wrong, or nil.
func (a *answer) err() error {
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

// The methods of a seat.
const (
	methodBoot    = "boot"
	methodLeave   = "leave"
	methodStop    = "stop"
	methodSettle  = "settle"
	methodView    = "view"
	methodCommand = "command"
	methodBody    = "body"
	methodStatus  = "status"
	methodSkew    = "skew"
	methodReset   = "reset"
)

var seatMethods = map[string]func(*seat, context.Context, []byte) ([]byte, error){
	methodBoot:    typed((*seat).boot),
	methodLeave:   typed((*seat).leave),
	methodStop:    typed((*seat).stop),
	methodSettle:  typed((*seat).settle),
	methodView:    typed((*seat).view),
	methodCommand: typed((*seat).command),
	methodBody:    typed((*seat).body),
	methodStatus:  typed((*seat).status),
	methodSkew:    typed((*seat).skew),
	methodReset:   typed((*seat).reset),
}

// nothing is the argument or answer of a method that has none.
type nothing struct{}

func typed[A, R any](method func(*seat, context.Context, A) (R, error)) func(*seat, context.Context, []byte) ([]byte, error) {
	return func(s *seat, ctx context.Context, data []byte) ([]byte, error) {
		argument, err := codec.DecodeAs[A](data, nil)
		if err != nil {
			return nil, err
		}
		result, err := method(s, ctx, argument)
		if err != nil {
			return nil, err
		}
		return codec.AppendAs(nil, result)
	}
}

// Call does what stage.Runner says. It returns when ctx has ended, whatever the code on the
// role does: what is stuck is found when the node is to stop.
func (s *seat) Call(ctx context.Context, method string, body []byte) ([]byte, error) {
	do := seatMethods[method]
	if do == nil {
		return nil, fmt.Errorf("unknown method %q", method)
	}
	if s.house != nil { // the conductor is at the other end of a connection, and does not wait
		return do(s, ctx, body)
	}
	type result struct {
		data []byte
		err  error
	}
	returned := make(chan result, 1)
	go func() {
		data, err := do(s, ctx, body)
		returned <- result{data, err}
	}()
	select {
	case r := <-returned:
		return r.data, r.err
	case <-ctx.Done():
	}
	select {
	case r := <-returned: // both
		return r.data, r.err
	default:
		return nil, context.Cause(ctx)
	}
}
