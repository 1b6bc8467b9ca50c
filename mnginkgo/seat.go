package mnginkgo

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/7aca83c2/multinode/internal/codec"
	"github.com/7aca83c2/multinode/mnginkgo/internal/durations"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
	"github.com/7aca83c2/multinode/transport"
)

// seat runs the nodes of one role, one after another, in this process. What a
// Director wants of it comes in through Call, encoded in both variants.
type seat struct {
	backstage stage.Backstage
	network   transport.Network

	doing activity

	mu        sync.Mutex
	node      *Node
	onNetwork *Network // the node's
}

var _ stage.Runner = (*seat)(nil)

// bootRequest says which node to boot. Plans are the same in all processes.
type bootRequest struct {
	Plan        int
	Role        string
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

// answer is a command's result or what went wrong in it.
type answer struct {
	Result []byte
	Error  string // the command's error; "" if it returned none
	Failed bool
	Fail   failure // if Failed
}

// The methods of a seat.
const (
	methodBoot    = "boot"
	methodLeave   = "leave"
	methodStop    = "stop"
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

// Call does what stage.Runner says.
func (s *seat) Call(ctx context.Context, method string, body []byte) ([]byte, error) {
	do := seatMethods[method]
	if do == nil {
		return nil, fmt.Errorf("unknown method %q", method)
	}
	return do(s, ctx, body)
}
