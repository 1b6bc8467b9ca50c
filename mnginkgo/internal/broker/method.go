package broker

import (
	"context"
	"errors"

	"github.com/7aca83c2/multinode/internal/rpc"
)

// method is what one end of a connection may ask of the other: its name, with the types of its
// argument and its answer. Both ends use the same value, and so agree on them.
type method[A, R any] string

// nothing is the argument or the answer of a method that has none.
type nothing struct{}

// call asks the other end.
func (m method[A, R]) call(ctx context.Context, peer *rpc.Peer, argument A) (R, error) {
	return rpc.Call[A, R](ctx, peer, string(m), argument)
}

// ask asks the broker. How the connection to it ended is of no use to anybody.
func (m method[A, R]) ask(ctx context.Context, peer *rpc.Peer, argument A) (R, error) {
	answer, err := m.call(ctx, peer, argument)
	switch {
	case errors.Is(err, rpc.ErrClosed):
		err = errGone
	case err != nil && ctx.Err() != nil:
		err = context.Cause(ctx) // a spec's timeout, an interrupt: no news of the call's
	}
	return answer, err
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
