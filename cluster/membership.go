package cluster

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/7aca83c2/multinode/actor"
)

// Membership is a node's part in a cluster. Make one with Start. Its methods may be
// called from several goroutines, but not from an actor those that wait.
type Membership struct {
	sys   *actor.System
	self  Member
	view  atomic.Pointer[published]
	to    actor.Ref[message]
	once  sync.Once
	ended chan struct{}
	err   error  // set before ended is closed
	stop  func() // ends what the node's downing has started

	handovers handovers
}

// published is a view with the channel that is closed when the next one is there.
type published struct {
	View
	next chan struct{}
}

// System returns the actor system of the node.
func (m *Membership) System() *actor.System { return m.sys }

// Self returns the node's own member as it was when it started: Joining.
func (m *Membership) Self() Member { return m.self }

// View returns what the node knows at this moment.
func (m *Membership) View() View { return m.view.Load().View }

// Watch waits until want returns true for a view and then returns nil. It calls want
// with the current view and with each that follows; of views that follow each other
// quickly it may miss all but the last. If ctx or the membership ends before, it returns
// an error that has the last view, and ctx's cause or Err.
func (m *Membership) Watch(ctx context.Context, want func(View) bool) error {
	for {
		now := m.view.Load()
		if want(now.View) {
			return nil
		}
		select {
		case <-now.next:
		case <-ctx.Done():
			return fmt.Errorf("cluster: node %q: watch: %w; last view: %s", m.self.Address, context.Cause(ctx), now.View)
		case <-m.ended:
			if last := m.view.Load(); last != now {
				continue
			}
			return fmt.Errorf("cluster: node %q: watch: ended: %w; last view: %s", m.self.Address, m.reason(), now.View)
		}
	}
}

// Leave calls what BeforeLeave has registered, takes the node out of the cluster, and
// returns once it is removed, or ctx ends. A node that has begun to leave then goes on.
func (m *Membership) Leave(ctx context.Context) error {
	if err := m.handovers.run(ctx, m); err != nil {
		return fmt.Errorf("cluster: node %q: leave: %w", m.self.Address, err)
	}
	if err := m.to.Send(message{Kind: leave}); err != nil && !m.isDone() {
		return fmt.Errorf("cluster: node %q: leave: %w", m.self.Address, err)
	}
	select {
	case <-m.ended:
	case <-ctx.Done():
		return fmt.Errorf("cluster: node %q: leave: %w; last view: %s", m.self.Address, context.Cause(ctx), m.View())
	}
	if m.err != nil {
		return fmt.Errorf("cluster: node %q: leave: %w", m.self.Address, m.err)
	}
	return nil
}

// Done returns a channel that is closed when the node is no member any more, because it
// has left, was downed or replaced, or its actor system ended.
func (m *Membership) Done() <-chan struct{} { return m.ended }

// Err returns nil before Done is closed and after the node has left as it was asked to,
// and otherwise ErrDowned, ErrReplaced or ErrStopped, wrapped with what happened.
func (m *Membership) Err() error {
	if !m.isDone() {
		return nil
	}
	return m.err
}

func (m *Membership) isDone() bool {
	select {
	case <-m.ended:
		return true
	default:
		return false
	}
}

var errLeft = errors.New("node has left")

// reason is Err for those who did not want the membership to end at all.
func (m *Membership) reason() error {
	if m.err == nil {
		return errLeft
	}
	return m.err
}

// Start makes the node of sys a member. It returns at once; Watch says when the node is
// Up. A node that is started anew must have a higher incarnation than before. Start
// returns ErrOption for an option that makes no sense, and ErrStarted if sys is a member
// already. The membership ends with sys.
func Start(sys *actor.System, options ...Option) (*Membership, error) {
	c, err := makeConfig(sys.Address(), sys.Seed("cluster"), options)
	if err != nil {
		return nil, fmt.Errorf("cluster: start %q: %w", sys.Address(), err)
	}
	if sys.Address() == "" {
		return nil, fmt.Errorf("cluster: start: %w", actor.ErrNoNetwork)
	}
	c.log = c.log.With("node", sys.Address())
	a := newAgent(sys, c)
	m := a.membership
	m.to, err = actor.Spawn(sys, actorName, func() actor.Actor[message] { return a },
		actor.OnFailure(actor.Stop{}), actor.HearDown())
	if errors.Is(err, actor.ErrNameTaken) {
		err = ErrStarted
	}
	if err != nil {
		m.stop()
		return nil, fmt.Errorf("cluster: start %q: %w", sys.Address(), err)
	}
	go m.outlive(sys)
	return m, nil
}

// outlive ends the membership when its actor has ended, which may be without a word: a
// system that is killed calls nobody.
func (m *Membership) outlive(sys *actor.System) {
	_ = sys.AwaitEnd(context.Background(), m.to)
	m.end(fmt.Errorf("cluster: node %q: %w", m.self.Address, ErrStopped))
}

func (m *Membership) end(err error) {
	m.once.Do(func() {
		m.err = err
		close(m.ended)
		m.stop()
	})
}
