package broker

import (
	"context"

	"github.com/7aca83c2/multinode/internal/rpc"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
	"github.com/7aca83c2/multinode/transport"
)

// director is the Director of the spec that this process conducts.
type director struct{ peer *rpc.Peer }

var _ stage.Director = director{}

func (d director) Call(ctx context.Context, role, method string, body []byte) ([]byte, error) {
	return verbCall.ask(ctx, d.peer, calling{role, method, body})
}

func (d director) Crash(ctx context.Context, role string) error {
	return verbCrash.tell(ctx, d.peer, role)
}

func (d director) Desert(ctx context.Context, role string) error {
	return verbDesert.tell(ctx, d.peer, role)
}

func (d director) Reclaim(ctx context.Context, role string) error {
	return verbReclaim.tell(ctx, d.peer, role)
}

func (d director) Process(ctx context.Context, role string, deed stage.Deed) error {
	return verbProcess.tell(ctx, d.peer, processing{role, deed})
}

func (d director) Mend(ctx context.Context, links []transport.Link) error {
	return verbMend.tell(ctx, d.peer, links)
}

func (d director) Inflict(ctx context.Context, f stage.Fault) error {
	return verbInflict.tell(ctx, d.peer, f)
}

func (d director) Lift(ctx context.Context, f stage.Fault) error {
	return verbLift.tell(ctx, d.peer, f)
}

func (d director) Bites(ctx context.Context, names []string) ([]uint64, error) {
	return verbBites.ask(ctx, d.peer, names)
}

func (d director) Held(ctx context.Context, links []transport.Link) ([]stage.HeldFrame, error) {
	return verbHeld.ask(ctx, d.peer, links)
}

func (d director) Settle(ctx context.Context, frames []stage.HeldFrame, release bool) (int, error) {
	return verbSettle.ask(ctx, d.peer, settling{frames, release})
}

func (d director) Stats(ctx context.Context) ([]transport.Stats, error) {
	return verbStats.ask(ctx, d.peer, nothing{})
}

func (d director) Note(ctx context.Context, line string) error {
	return verbNote.tell(ctx, d.peer, line)
}

func (d director) Gather(ctx context.Context) error { return verbGather.tell(ctx, d.peer, nothing{}) }

func (d director) Barred(ctx context.Context) ([]string, error) {
	return verbBarred.ask(ctx, d.peer, nothing{})
}
func (d director) Flush(ctx context.Context) error { return verbFlush.tell(ctx, d.peer, nothing{}) }
func (d director) Timeline(ctx context.Context) ([]stage.Entry, error) {
	return verbTimeline.ask(ctx, d.peer, nothing{})
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
