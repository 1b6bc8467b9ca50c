package broker

import (
	"context"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/7aca83c2/multinode/internal/rpc"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/pipe"
)

// Session is one process's connection to the broker.
type Session struct {
	peer *rpc.Peer
	host *pipe.Host
	turn turn
	seat stage.Runner

	mu      sync.Mutex
	onLost  func(role, why string)
	onEnded func(stage.End)
}

// Connect says hello to the broker at the other end of the carrier, and returns an
// error if the process has built another tree than process 1. What newSeat returns
// runs the roles that this process is given.
func Connect(ctx context.Context, carrier pipe.Carrier, tree string, newSeat func(stage.Backstage, transport.Network) stage.Runner) (*Session, error) {
	host := pipe.NewHost("the broker", carrier)
	s := &Session{host: host, peer: host.Peer()}
	s.turn.init(func(number uint64) { _ = rpc.Notify(s.peer, notifyReserved, token{number}) })
	s.seat = newSeat(backstage{s.peer}, s.host)
	s.serve()
	s.host.Start()
	answer, err := rpc.Call[hello, helloAnswer](ctx, s.peer, methodHello, hello{os.Getpid(), hashOf(tree)})
	if err == nil && answer.SendTree {
		_, err = rpc.Call[text, nothing](ctx, s.peer, methodTree, text{tree})
	}
	if err != nil {
		_ = s.Close()
		return nil, err
	}
	return s, nil
}

// serve registers what the broker may ask.
func (s *Session) serve() {
	rpc.HandleFunc(s.peer, methodSeat, func(ctx context.Context, c callRequest) (text, error) {
		answer, err := s.seat.Call(ctx, c.Method, c.Body)
		return text{string(answer)}, err
	})
	rpc.HandleFunc(s.peer, methodVacate, func(ctx context.Context, _ nothing) (nothing, error) {
		return nothing{}, s.seat.Crash(ctx)
	})
	rpc.HandleFunc(s.peer, methodDoing, func(context.Context, nothing) (text, error) {
		return text{s.turn.String()}, nil
	})
	rpc.HandleNoticeFunc(s.peer, notifyReserve, func(t token) { s.turn.reserve(t.Number) })
	rpc.HandleNoticeFunc(s.peer, notifyUnreserve, func(t token) { s.turn.unreserve(t.Number) })
	rpc.HandleNoticeFunc(s.peer, notifyLost, func(l loss) {
		s.mu.Lock()
		tell := s.onLost
		s.mu.Unlock()
		if tell != nil {
			tell(l.Role, l.Why)
		}
	})
	rpc.HandleNoticeFunc(s.peer, notifyEnded, func(e stage.End) {
		s.mu.Lock()
		tell := s.onEnded
		s.mu.Unlock()
		if tell != nil {
			tell(e)
		}
	})
	rpc.HandleNoticeFunc(s.peer, notifyExit, func(e exitRequest) { os.Exit(e.Code) })
}

// EnterSpec waits until no other spec needs this process, and takes it for a spec of
// its own.
func (s *Session) EnterSpec(ctx context.Context, name string) error {
	return s.turn.enter(ctx, s.peer.Done(), name)
}

// LeaveSpec makes the process free for others. The spec counts down those that may
// need processes if it was one of them.
func (s *Session) LeaveSpec(counts bool) {
	s.turn.leave()
	if counts {
		_ = rpc.Notify(s.peer, notifySpecDone, nothing{}) // without a broker nobody counts
	}
}

// Acquire waits for the processes of a spec, one for each role. Until Release the
// Session is the Director of its stage, whose barriers have that timeout. Isolated
// roles have fresh children, and this process hosts none of them.
func (s *Session) Acquire(ctx context.Context, roles []string, barrierTimeout time.Duration, isolated bool) error {
	err := tell(ctx, s.peer, methodAcquire, acquire{roles, barrierTimeout, isolated})
	if err != nil && ctx.Err() != nil {
		_ = s.Release(context.WithoutCancel(ctx)) // the answer may have been on its way
	}
	return err
}

// OnLost has tell called when a role of the acquired spec loses its process; nil
// calls nobody.
func (s *Session) OnLost(tell func(role, why string)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.onLost = tell
}

// OnEnded has tell called when a process of a role's own has ended, planned or not;
// nil calls nobody.
func (s *Session) OnEnded(tell func(stage.End)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.onEnded = tell
}

// Release gives the processes back.
func (s *Session) Release(ctx context.Context) error {
	return tell(ctx, s.peer, methodRelease, nothing{})
}

// Finish waits until no spec can need this process any more.
func (s *Session) Finish(ctx context.Context) error {
	return tell(ctx, s.peer, methodFinish, nothing{})
}

// Done is closed when the connection has ended.
func (s *Session) Done() <-chan struct{} { return s.peer.Done() }

// Close ends the connection.
func (s *Session) Close() error {
	if err := s.host.Close(); err != nil {
		return fmt.Errorf("broker: close the session: %w", err)
	}
	return nil
}
