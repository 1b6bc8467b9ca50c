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
	seat Seat

	mu       sync.Mutex
	onLost   func(role, why string)
	onFailed func(stage.Failure)
	onEnded  func(stage.End)
}

// Seat runs the roles that a process is given.
type Seat interface {
	stage.Runner
	// Vacate ends the work for a spec.
	// It returns how many goroutines of that go on.
	Vacate(ctx context.Context) (left int, err error)
	// Clean waits until nothing is left of the work for the last spec.
	Clean(ctx context.Context)
	// Mark prints a mark.
	Mark(mark string)
}

// Connect says hello to the broker at the other end of the carrier, and returns an
// error if the process has built another tree than process 1. What newSeat returns
// runs the roles that this process is given.
func Connect(ctx context.Context, carrier pipe.Carrier, tree string, newSeat func(stage.Backstage, transport.Network) Seat) (*Session, error) {
	host := pipe.NewHost("the broker", carrier)
	s := &Session{host: host, peer: host.Peer()}
	s.seat = newSeat(backstage{s.peer}, s.host)
	s.serve()
	s.host.Start()
	answer, err := ask[hello, helloAnswer](ctx, s.peer, methodHello, hello{os.Getpid(), hashOf(tree)})
	if err == nil && answer.SendTree {
		err = tell(ctx, s.peer, methodTree, text{tree})
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
	rpc.HandleFunc(s.peer, methodSeatCrash, func(ctx context.Context, _ nothing) (nothing, error) {
		return nothing{}, s.seat.Crash(ctx)
	})
	rpc.HandleFunc(s.peer, methodVacate, s.vacate)
	rpc.HandleFunc(s.peer, methodMark, func(_ context.Context, mark string) (nothing, error) {
		s.seat.Mark(mark)
		return nothing{}, nil
	})
	rpc.HandleNoticeFunc(s.peer, notifyLost, func(l loss) {
		s.mu.Lock()
		tell := s.onLost
		s.mu.Unlock()
		if tell != nil {
			tell(l.Role, l.Why)
		}
	})
	rpc.HandleNoticeFunc(s.peer, notifyFailed, func(f stage.Failure) {
		s.mu.Lock()
		tell := s.onFailed
		s.mu.Unlock()
		if tell != nil {
			tell(f)
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

// vacate ends the work for a spec. If something goes on, the broker is told when it has
// ended.
func (s *Session) vacate(ctx context.Context, _ nothing) (int, error) {
	left, err := s.seat.Vacate(ctx)
	if left > 0 || ctx.Err() != nil { // the broker did not wait, and lends the process no more
		go func() {
			s.seat.Clean(context.Background()) // it ends with the process at the latest
			_ = rpc.Notify(s.peer, notifyClean, nothing{})
		}()
	}
	return left, err
}

// SpecDone counts down the specs that may need processes.
func (s *Session) SpecDone() {
	_ = rpc.Notify(s.peer, notifySpecDone, nothing{}) // without a broker nobody counts
}

// Late says what has failed on a role when its spec was over.
func (s *Session) Late(f stage.Failure) {
	_ = rpc.Notify(s.peer, notifyLate, f) // without a broker the run fails anyway
}

// Acquire waits for the processes of a spec, one for each role. Until Release the
// Session is the Director of its stage, whose barriers have that timeout. This process
// hosts none of the roles, but may host one of another spec while it waits. Isolated roles
// have fresh children.
func (s *Session) Acquire(ctx context.Context, spec string, roles []string, machines map[string]transport.Address, barrierTimeout time.Duration, isolated bool) error {
	err := tell(ctx, s.peer, methodAcquire, acquire{spec, roles, barrierTimeout, isolated, machines})
	if err != nil && ctx.Err() != nil { // the answer may have been on its way
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), withdrawTimeout)
		defer cancel()
		_ = s.Release(ctx) // which the broker goes on with, if it takes longer
	}
	return err
}

// withdrawTimeout bounds how long a process that was interrupted waits for the broker.
const withdrawTimeout = 500 * time.Millisecond

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

// OnFailed has tell called with what fails on a role of the acquired spec outside of what the
// Director has called; nil calls nobody.
func (s *Session) OnFailed(tell func(stage.Failure)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.onFailed = tell
}

// Release gives the processes back, if there are any. What has gone wrong on them was told
// when it returns.
func (s *Session) Release(ctx context.Context) error {
	return tell(ctx, s.peer, methodRelease, nothing{})
}

// Finish waits until no spec can need this process any more. Meanwhile it may host roles.
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
