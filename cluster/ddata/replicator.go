package ddata

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/cluster/ddata/crdt"
)

// Replicator is a node's part in the distributed data of a cluster. Make one with Start. It
// may be used from several goroutines, but not from an actor with another consistency
// than Local: that would block the actor.
type Replicator struct {
	sys  *actor.System
	self crdt.Replica
	to   actor.Ref[message]
}

// slot is where a system keeps its replicator.
type slot struct {
	mu sync.Mutex
	r  *Replicator
}

func slotOf(sys *actor.System) *slot {
	return actor.Extension(sys, func() *slot { return &slot{} })
}

// Start has the node of m keep the data that the cluster shares, until its actor system
// ends. All members, or all with the role of WithRole, should do so soon after they have
// started: who does not is one that never answers. It returns ErrOption for an option
// that makes no sense, and ErrStarted if the node does so already.
func Start(m *cluster.Membership, options ...Option) (*Replicator, error) {
	sys := m.System()
	c, err := makeConfig(sys, options)
	if err != nil {
		return nil, fmt.Errorf("ddata: start %q: %w", sys.Address(), err)
	}
	s := slotOf(sys)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.r != nil {
		return nil, fmt.Errorf("ddata: start %q: %w", sys.Address(), ErrStarted)
	}
	r := &Replicator{sys: sys, self: crdt.Replica{Address: sys.Address(), Incarnation: sys.Incarnation()}}
	a := newAgent(m, r.self, c)
	r.to, err = actor.Spawn(sys, actorName, func() actor.Actor[message] { return a }, actor.OnFailure(actor.Stop{}))
	if err != nil {
		return nil, fmt.Errorf("ddata: start %q: %w", sys.Address(), err)
	}
	m.BeforeLeave("distributed data", r.handOver)
	s.r = r
	return r, nil
}

// Of returns the replicator of a system, or ErrNotStarted.
func Of(sys *actor.System) (*Replicator, error) {
	s := slotOf(sys)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.r == nil {
		return nil, fmt.Errorf("ddata: node %q: %w", sys.Address(), ErrNotStarted)
	}
	return s.r, nil
}

// Self returns whom the node changes values as: its address and incarnation.
func (r *Replicator) Self() crdt.Replica { return r.self }

// handOverPatience is how long a node that leaves tries to find a majority that has all
// it has. Mostly they do, as every change was sent to all.
const handOverPatience = time.Second

func (r *Replicator) handOver(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, handOverPatience)
	defer cancel()
	_, err := r.ask(ctx, &request{verb: "hand over", level: Majority, everything: true})
	return err
}
