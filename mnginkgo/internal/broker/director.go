package broker

import (
	"context"

	"github.com/7aca83c2/multinode/internal/rpc"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
	"github.com/7aca83c2/multinode/transport"
)

var _ stage.Director = (*Session)(nil)

// Call implements stage.Director.
func (s *Session) Call(ctx context.Context, role, method string, body []byte) ([]byte, error) {
	return verbCall.ask(ctx, s.peer, calling{role, method, body})
}

// Crash implements stage.Director.
func (s *Session) Crash(ctx context.Context, role string) error {
	return verbCrash.tell(ctx, s.peer, role)
}

// Desert implements stage.Director.
func (s *Session) Desert(ctx context.Context, role string) error {
	return verbDesert.tell(ctx, s.peer, role)
}

// Reclaim implements stage.Director.
func (s *Session) Reclaim(ctx context.Context, role string) error {
	return verbReclaim.tell(ctx, s.peer, role)
}

// Process implements stage.Director.
func (s *Session) Process(ctx context.Context, role string, deed stage.Deed) error {
	return verbProcess.tell(ctx, s.peer, processing{role, deed})
}

// Cut implements stage.Director.
func (s *Session) Cut(ctx context.Context, links []transport.Link) error {
	return verbCut.tell(ctx, s.peer, links)
}

// Mend implements stage.Director.
func (s *Session) Mend(ctx context.Context, links []transport.Link) error {
	return verbMend.tell(ctx, s.peer, links)
}

// Inflict implements stage.Director.
func (s *Session) Inflict(ctx context.Context, f stage.Fault) error {
	return verbInflict.tell(ctx, s.peer, f)
}

// Lift implements stage.Director.
func (s *Session) Lift(ctx context.Context, f stage.Fault) error {
	return verbLift.tell(ctx, s.peer, f)
}

// Bites implements stage.Director.
func (s *Session) Bites(ctx context.Context, names []string) ([]uint64, error) {
	return verbBites.ask(ctx, s.peer, names)
}

// Held implements stage.Director.
func (s *Session) Held(ctx context.Context, links []transport.Link) ([]stage.HeldFrame, error) {
	return verbHeld.ask(ctx, s.peer, links)
}

// Settle implements stage.Director.
func (s *Session) Settle(ctx context.Context, frames []stage.HeldFrame, release bool) (int, error) {
	return verbSettle.ask(ctx, s.peer, settling{frames, release})
}

// Stats implements stage.Director.
func (s *Session) Stats(ctx context.Context) ([]transport.Stats, error) {
	return verbStats.ask(ctx, s.peer, nothing{})
}

// Note implements stage.Director.
func (s *Session) Note(ctx context.Context, line string) error {
	return verbNote.tell(ctx, s.peer, line)
}

// Gather implements stage.Director.
func (s *Session) Gather(ctx context.Context) error {
	return verbGather.tell(ctx, s.peer, nothing{})
}

// Barred implements stage.Director.
func (s *Session) Barred(ctx context.Context) ([]string, error) {
	return verbBarred.ask(ctx, s.peer, nothing{})
}

// Flush implements stage.Director.
func (s *Session) Flush(ctx context.Context) error {
	return verbFlush.tell(ctx, s.peer, nothing{})
}

// Timeline implements stage.Director.
func (s *Session) Timeline(ctx context.Context) ([]stage.Entry, error) {
	return verbTimeline.ask(ctx, s.peer, nothing{})
}

// backstage is the Backstage of the role that this process hosts.
type backstage struct{ peer *rpc.Peer }

var _ stage.Backstage = backstage{}

func (b backstage) Barrier(ctx context.Context, _, name string, parties []string) error {
	return verbBarrier.tell(ctx, b.peer, barrier{name, parties})
}

func (b backstage) Ended(ctx context.Context, _ string) error {
	return verbEnded.tell(ctx, b.peer, nothing{})
}

func (b backstage) Acquire(ctx context.Context, l stage.Lease, owner string) (bool, error) {
	return verbAcquire.ask(ctx, b.peer, leasing{l, owner})
}

func (b backstage) Release(ctx context.Context, l stage.Lease, owner string) error {
	return verbRelease.tell(ctx, b.peer, leasing{l, owner})
}

func (b backstage) MakeDir(ctx context.Context, path string) error {
	return verbMakeDir.tell(ctx, b.peer, path)
}

func (b backstage) Log(e stage.Entry) {
	_ = noticeLog.send(b.peer, e) // without a broker there is no timeline
}

func (b backstage) Failed(f stage.Failure) {
	_ = noticeFailed.send(b.peer, f) // without a broker the run fails anyway
}
