package broker

import (
	"context"
	"errors"

	"github.com/7aca83c2/multinode/internal/rpc"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
)

// method is what one end of a connection may ask of the other: its name, with the types of its
// argument and its answer. Both ends use the same value, and so agree on them.
type method[A, R any] string

// nothing is the argument or the answer of a method that has none.
type nothing = stage.Nothing

// call asks the other end.
func (m method[A, R]) call(ctx context.Context, peer *rpc.Peer, argument A) (R, error) {
	return rpc.Call[A, R](ctx, peer, string(m), argument)
}

// ask asks the broker.
func (m method[A, R]) ask(ctx context.Context, peer *rpc.Peer, argument A) (R, error) {
	answer, err := m.call(ctx, peer, argument)
	return answer, known(ctx, err)
}

// known returns the error of a call to the broker for whoever has called. How the connection to it ended
// is of no use to anybody.
func known(ctx context.Context, err error) error {
	switch {
	case errors.Is(err, rpc.ErrClosed):
		return errGone
	case err != nil && ctx.Err() != nil:
		return context.Cause(ctx) // a spec's timeout, an interrupt: no news of the call's
	}
	return err
}

// tell asks the broker for something that has no answer.
func (m method[A, R]) tell(ctx context.Context, peer *rpc.Peer, argument A) error {
	_, err := m.ask(ctx, peer, argument)
	return err
}

// serve has do answer the other end.
func (m method[A, R]) serve(peer *rpc.Peer, do func(context.Context, A) (R, error)) {
	rpc.HandleFunc(peer, string(m), do)
}

// errGone is what every call returns when process 1 has died.
var errGone = errors.New("process 1 has died, and the broker of this run with it")

// IsGone reports whether an error of a Session means that process 1 has died, or has
// closed its broker.
func IsGone(err error) bool { return errors.Is(err, errGone) }

// notice is what one end of a connection tells the other, without an answer.
type notice[A any] string

// send tells the other end, unless the connection has ended.
func (n notice[A]) send(peer *rpc.Peer, argument A) error {
	return rpc.Notify(peer, string(n), argument)
}

// hear has take called with what the other end tells.
func (n notice[A]) hear(peer *rpc.Peer, take func(A)) { rpc.HandleNoticeFunc(peer, string(n), take) }

// What a process may ask of the broker, and tell it, beside the verbs of a stage.
const (
	methodHello  method[hello, helloAnswer] = "hello"
	methodTree   method[string, nothing]    = "tree" // the whole fingerprint; the error says what differs
	methodBorrow method[Request, nothing]   = "borrow"
	methodReturn method[nothing, nothing]   = "return"
	methodFinish method[nothing, nothing]   = "finish" // answered when no spec can need the process any more

	noticeSpecDone notice[nothing]       = "spec.done"
	noticeClean    notice[nothing]       = "clean" // nothing of the last role is left running
	noticeLate     notice[stage.Failure] = "late"  // of a role whose spec is over

	noticeLog    notice[stage.Entry]   = "role.log"
	noticeSaw    notice[stage.Sight]   = "role.saw" // the broker tells the director so, if that wants to know
	noticeFailed notice[stage.Failure] = "failed"   // the broker tells the director so, too
)

// What the broker may ask of a process. All else that it asks is for the role that the process
// hosts: the method and the body of stage.Runner's Call.
const (
	methodCrash  method[nothing, nothing] = "host.crash"  // the node
	methodVacate method[nothing, int]     = "host.vacate" // answers how many goroutines go on
	methodMark   method[string, nothing]  = "host.mark"   // print this

	noticeExit notice[int] = "host.exit" // with this code, at once
)

// What the broker tells a process of the spec that it directs, beside noticeFailed.
const noticeEnded notice[stage.End] = "ended"

type hello struct {
	PID  int
	Hash string // of the fingerprint
}

type helloAnswer struct{ SendTree bool }
