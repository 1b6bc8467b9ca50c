package broker

import (
	"context"

	"github.com/7aca83c2/multinode/internal/rpc"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
	"github.com/7aca83c2/multinode/transport"
)

var _ stage.Director = (*Session)(nil)

// Call does what stage.Director says.
func (s *Session) Call(ctx context.Context, role, method string, body []byte) ([]byte, error) {
	answer, err := rpc.Call[callRequest, text](ctx, s.peer, methodCall, callRequest{role, method, body})
	return []byte(answer.Text), err
}

// Detach does what stage.Director says.
func (s *Session) Detach(ctx context.Context, role string) error {
	return tell(ctx, s.peer, methodDetach, text{role})
}

// Cut does what stage.Director says.
func (s *Session) Cut(ctx context.Context, links []transport.Link) error {
	return tell(ctx, s.peer, methodCut, linkList{links})
}

// Mend does what stage.Director says.
func (s *Session) Mend(ctx context.Context, links []transport.Link) error {
	return tell(ctx, s.peer, methodMend, linkList{links})
}

// Stats does what stage.Director says.
func (s *Session) Stats(ctx context.Context) ([]transport.Stats, error) {
	answer, err := rpc.Call[nothing, statsList](ctx, s.peer, methodStats, nothing{})
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
	answer, err := rpc.Call[nothing, textList](ctx, s.peer, methodBarred, nothing{})
	return answer.Lines, err
}

// Timeline does what stage.Director says.
func (s *Session) Timeline(ctx context.Context) ([]stage.Entry, error) {
	answer, err := rpc.Call[nothing, entryList](ctx, s.peer, methodTimeline, nothing{})
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

func (b backstage) Log(e stage.Entry) {
	_ = rpc.Notify(b.peer, notifyLog, e) // without a broker there is no timeline
}

func tell[A any](ctx context.Context, peer *rpc.Peer, method string, argument A) error {
	_, err := rpc.Call[A, nothing](ctx, peer, method, argument)
	return err
}
