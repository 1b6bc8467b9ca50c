package broker

import (
	"context"
	"fmt"
	"os"
	"sync/atomic"
	"time"

	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/pipe"
)

// Session is one process's connection to the broker. Between Borrow and Return it is a
// stage.Director.
type Session struct {
	director
	host *pipe.Host
	seat Seat

	ears atomic.Pointer[Ears]
}

// Request is what a spec asks for: a process for each of its roles.
type Request struct {
	Spec           string // its text
	Roles          []string
	BarrierTimeout time.Duration                // of the stage
	Isolated       bool                         // a fresh child for each role
	Machines       map[string]transport.Address // of the roles
}

// Ears are told what happens to the processes of a spec; nil is nobody.
type Ears struct {
	Failed func(stage.Failure) // on a role, outside of what the Director has called
	Ended  func(stage.End)     // the process of a role, planned or not
	Saw    func(stage.Sight)   // what a role sees, after the verb Watch
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
	s := &Session{director: director{host.Peer(), directed}, host: host}
	s.seat = newSeat(backstage{director{s.peer, hosted}}, s.host)
	s.serve()
	s.host.Start()
	answer, err := methodHello.ask(ctx, s.peer, hello{os.Getpid(), hashOf(tree)})
	if err == nil && answer.SendTree {
		err = methodTree.tell(ctx, s.peer, tree)
	}
	if err != nil {
		_ = s.Close()
		return nil, err
	}
	return s, nil
}

// serve registers what the broker may ask.
func (s *Session) serve() {
	methodCrash.serve(s.peer, func(ctx context.Context, _ nothing) (nothing, error) { return nothing{}, s.seat.Crash(ctx) })
	methodVacate.serve(s.peer, s.vacate)
	methodMark.serve(s.peer, func(_ context.Context, mark string) (nothing, error) {
		s.seat.Mark(mark)
		return nothing{}, nil
	})
	s.peer.HandleOthers(s.seat.Call)
	heed(s, noticeFailed, func(e *Ears) func(stage.Failure) { return e.Failed })
	heed(s, noticeSaw, func(e *Ears) func(stage.Sight) { return e.Saw })
	heed(s, noticeEnded, func(e *Ears) func(stage.End) { return e.Ended })
	noticeExit.hear(s.peer, os.Exit)
}

// heed has the ears told by a notice.
func heed[A any](s *Session, n notice[A], ear func(*Ears) func(A)) {
	n.hear(s.peer, func(news A) {
		if ears := s.ears.Load(); ears != nil && ear(ears) != nil {
			ear(ears)(news)
		}
	})
}

// vacate ends the work for a spec. If something goes on, the broker is told when it has
// ended.
func (s *Session) vacate(ctx context.Context, _ nothing) (int, error) {
	left, err := s.seat.Vacate(ctx)
	if left > 0 || ctx.Err() != nil { // the broker did not wait, and lends the process no more
		go func() {
			s.seat.Clean(context.Background()) // it ends with the process at the latest
			_ = noticeClean.send(s.peer, nothing{})
		}()
	}
	return left, err
}

// SpecDone counts down the specs that may need processes.
func (s *Session) SpecDone() {
	_ = noticeSpecDone.send(s.peer, nothing{}) // without a broker nobody counts
}

// Late says what has failed on a role when its spec was over.
func (s *Session) Late(f stage.Failure) {
	_ = noticeLate.send(s.peer, f) // without a broker the run fails anyway
}

// Borrow waits for the processes of a spec, one for each role. Until Return the
// Session is the Director of its stage. This process hosts none of the roles, but may host
// one of another spec while it waits.
func (s *Session) Borrow(ctx context.Context, r Request) error {
	err := methodBorrow.tell(ctx, s.peer, r)
	if err != nil && ctx.Err() != nil { // the answer may have been on its way
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), withdrawTimeout)
		defer cancel()
		_ = s.Return(ctx) // which the broker goes on with, if it takes longer
	}
	return err
}

// withdrawTimeout bounds how long a process that was interrupted waits for the broker.
const withdrawTimeout = 500 * time.Millisecond

// Hear has those told of what happens, and nobody else.
func (s *Session) Hear(ears Ears) { s.ears.Store(&ears) }

// Return gives the processes back, if there are any. What has gone wrong on them was told
// when it returns.
func (s *Session) Return(ctx context.Context) error {
	return methodReturn.tell(ctx, s.peer, nothing{})
}

// Finish waits until no spec can need this process any more. Meanwhile it may host roles.
func (s *Session) Finish(ctx context.Context) error {
	return methodFinish.tell(ctx, s.peer, nothing{})
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
