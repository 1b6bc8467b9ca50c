package broker

import (
	"context"
	"errors"

	"github.com/7aca83c2/multinode/internal/rpc"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
	"github.com/7aca83c2/multinode/transport"
)

var _ stage.Director = (*Session)(nil)

// Call does what stage.Director says.
func (s *Session) Call(ctx context.Context, role, method string, body []byte) ([]byte, error) {
	answer, err := ask[callRequest, text](ctx, s.peer, methodCall, callRequest{role, method, body})
	return []byte(answer.Text), err
}

// Crash does what stage.Director says.
func (s *Session) Crash(ctx context.Context, role string) error {
	return tell(ctx, s.peer, methodCrash, text{role})
}

// Desert does what stage.Director says.
func (s *Session) Desert(ctx context.Context, role string) error {
	return tell(ctx, s.peer, methodDesert, text{role})
}

// Reclaim does what stage.Director says.
func (s *Session) Reclaim(ctx context.Context, role string) error {
	return tell(ctx, s.peer, methodReclaim, text{role})
}

// Process does what stage.Director says.
func (s *Session) Process(ctx context.Context, role string, deed stage.Deed) error {
	return tell(ctx, s.peer, methodProcess, processRequest{role, deed})
}

// Cut does what stage.Director says.
func (s *Session) Cut(ctx context.Context, links []transport.Link) error {
	return tell(ctx, s.peer, methodCut, linkList{links})
}

// Mend does what stage.Director says.
func (s *Session) Mend(ctx context.Context, links []transport.Link) error {
	return tell(ctx, s.peer, methodMend, linkList{links})
}

// Inflict does what stage.Director says.
func (s *Session) Inflict(ctx context.Context, f stage.Fault) error {
	return tell(ctx, s.peer, methodInflict, f)
}

// Lift does what stage.Director says.
func (s *Session) Lift(ctx context.Context, f stage.Fault) error {
	return tell(ctx, s.peer, methodLift, f)
}

// Bites does what stage.Director says.
func (s *Session) Bites(ctx context.Context, names []string) ([]uint64, error) {
	answer, err := ask[textList, counts](ctx, s.peer, methodBites, textList{names})
	return answer.Counts, err
}

// Held does what stage.Director says.
func (s *Session) Held(ctx context.Context, links []transport.Link) ([]stage.HeldFrame, error) {
	answer, err := ask[linkList, heldList](ctx, s.peer, methodHeld, linkList{links})
	return answer.Frames, err
}

// Settle does what stage.Director says.
func (s *Session) Settle(ctx context.Context, frames []stage.HeldFrame, release bool) (int, error) {
	answer, err := ask[settlement, counts](ctx, s.peer, methodSettle, settlement{frames, release})
	if err != nil {
		return 0, err
	}
	return int(answer.Counts[0]), nil
}

// Stats does what stage.Director says.
func (s *Session) Stats(ctx context.Context) ([]transport.Stats, error) {
	answer, err := ask[nothing, statsList](ctx, s.peer, methodStats, nothing{})
	return answer.Stats, err
}

// Note does what stage.Director says.
func (s *Session) Note(ctx context.Context, line string) error {
	return tell(ctx, s.peer, methodNote, text{line})
}

// Gather does what stage.Director says.
func (s *Session) Gather(ctx context.Context) error {
	return tell(ctx, s.peer, methodGather, nothing{})
}

// Barred does what stage.Director says.
func (s *Session) Barred(ctx context.Context) ([]string, error) {
	answer, err := ask[nothing, textList](ctx, s.peer, methodBarred, nothing{})
	return answer.Lines, err
}

// Flush implements stage.Director.
func (s *Session) Flush(ctx context.Context) error {
	return tell(ctx, s.peer, methodFlush, nothing{})
}

// Timeline implements stage.Director.
func (s *Session) Timeline(ctx context.Context) ([]stage.Entry, error) {
	answer, err := ask[nothing, entryList](ctx, s.peer, methodTimeline, nothing{})
	return answer.Entries, err
}

// backstage is the Backstage of the role that this process hosts.
type backstage struct{ peer *rpc.Peer }

var _ stage.Backstage = backstage{}

func (b backstage) Barrier(ctx context.Context, _, name string, parties []string) error {
	return tell(ctx, b.peer, methodBarrier, barrierRequest{name, parties})
}

func (b backstage) Ended(ctx context.Context, _ string) error {
	return tell(ctx, b.peer, methodEnded, nothing{})
}

func (b backstage) Acquire(ctx context.Context, l stage.Lease, owner string) (bool, error) {
	answer, err := ask[leaseRequest, leaseAnswer](ctx, b.peer, methodLease, leaseRequest{l, owner})
	return answer.Held, err
}

func (b backstage) Release(ctx context.Context, l stage.Lease, owner string) error {
	return tell(ctx, b.peer, methodUnlease, leaseRequest{l, owner})
}

func (b backstage) MakeDir(ctx context.Context, path string) error {
	return tell(ctx, b.peer, methodMakeDir, text{path})
}

func (b backstage) Log(e stage.Entry) {
	_ = rpc.Notify(b.peer, notifyLog, e) // without a broker there is no timeline
}

func (b backstage) Failed(f stage.Failure) {
	_ = rpc.Notify(b.peer, notifyFailed, f) // without a broker the run fails anyway
}

func tell[A any](ctx context.Context, peer *rpc.Peer, method string, argument A) error {
	_, err := ask[A, nothing](ctx, peer, method, argument)
	return err
}

// errGone is what every call returns when process 1 has died.
var errGone = errors.New("process 1 has died, and the broker of this run with it")

// IsGone reports whether an error of a Session means that process 1 has died, or has
// closed its broker.
func IsGone(err error) bool { return errors.Is(err, errGone) }

// ask calls the broker. How the connection to it ended is of no use to anybody.
func ask[A, R any](ctx context.Context, peer *rpc.Peer, method string, argument A) (R, error) {
	answer, err := rpc.Call[A, R](ctx, peer, method, argument)
	switch {
	case errors.Is(err, rpc.ErrClosed):
		err = errGone
	case err != nil && ctx.Err() != nil:
		err = context.Cause(ctx) // a spec's timeout, an interrupt: no news of the call's
	}
	return answer, err
}
