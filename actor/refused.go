package actor

import (
	"fmt"
	"sync/atomic"

	"github.com/7aca83c2/multinode/transport"
)

// Refused counts the frames of other nodes that a System has not handled.
type Refused struct {
	// Damaged frames have a wrong checksum, or make no sense. Each is a dead letter as well,
	// with ErrDamaged.
	Damaged uint64
	// Repeated frames had come before.
	Repeated uint64
	// Late frames came when others that were sent after them had been handled already. Each
	// is a dead letter as well, with ErrLate.
	Late uint64
	// Unproven frames name a new incarnation of a node, and nobody has answered for that one.
	// Each is a dead letter as well, with ErrUnproven.
	Unproven uint64
}

type refused struct{ damaged, repeated, late, unproven atomic.Uint64 }

// Refused returns how many frames were not handled so far.
func (s *System) Refused() Refused {
	r := &s.peers.refused
	return Refused{
		Damaged: r.damaged.Load(), Repeated: r.repeated.Load(), Late: r.late.Load(), Unproven: r.unproven.Load(),
	}
}

func (s *System) refuseDamaged(from transport.Address) {
	s.peers.refused.damaged.Add(1)
	s.refuse(from, ErrDamaged)
}

// refuseStale refuses a frame whose turn is over.
func (s *System) refuseStale(f *flow, number uint64) {
	r := &s.peers.refused
	late := number < f.first
	for _, g := range f.gaps {
		late = late || g.from <= number && number < g.to
	}
	if !late {
		r.repeated.Add(1)
		return
	}
	r.late.Add(1)
	s.refuse(f.from.address, ErrLate)
}

// giveUp refuses what a life has sent that has not proved to be alive.
func (s *System) giveUp(f *flow) {
	s.peers.refused.unproven.Add(uint64(len(f.early)))
	for range f.early {
		s.refuse(f.from.address, ErrUnproven)
	}
	f.early, f.bytes = nil, 0
}

func (s *System) refuse(from transport.Address, why error) {
	s.deadLetter(DeadLetter{To: string(s.address), Cause: fmt.Errorf("actor: frame from %q to %q: %w", from, s.address, why)})
}
