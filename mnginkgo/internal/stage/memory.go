package stage

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/7aca83c2/multinode/transport"
)

// Sight is that the node of a role sees something else than before.
type Sight struct {
	Time   time.Time
	Role   string
	Life   uint64 // the incarnation
	Seen   []byte // as the role's process encodes it
	Polled bool   // it was asked; otherwise it tells by itself
}

// Stay is one of a role at a barrier.
type Stay struct {
	Role, Name string
	Came, Went time.Time // zero if it waits still
	Error      string
}

// Recorded is what a stage remembers of its spec beside the timeline. What was too much is left out, the earliest
// first.
type Recorded struct {
	Began        time.Time // when the stage was made
	Sights       []Sight
	Stays        []Stay
	SightsBefore int // that are left out
	StaysBefore  int
	Stalls       []Stall
	Frames       transport.Recording
}

// memory is what a stage remembers.
type memory struct {
	began  time.Time
	lines  latest[Entry]
	sights latest[Sight]
	stays  latest[Stay]
	stalls stalls
	eyes   eyes
}

// Saw implements Backstage.
func (s *Stage) Saw(sight Sight) {
	s.memory.sights.add(sight)
	if s.onSaw != nil {
		s.memory.eyes.see(sight, s.onSaw)
	}
}

// OnSaw has tell called, once a Director has asked for it, with what each role sees last, and then with each Sight.
func (s *Stage) OnSaw(tell func(Sight)) { s.onSaw = tell }

// eyes are what the roles see, for a Director that wants to know.
type eyes struct {
	mu   sync.Mutex
	open bool
	last map[string]Sight
}

// see tells of a sight if somebody wants to know, and keeps it for whoever wants to later.
func (e *eyes) see(sight Sight, tell func(Sight)) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.last == nil {
		e.last = map[string]Sight{}
	}
	e.last[sight.Role] = sight
	if e.open {
		tell(sight)
	}
}

// watch opens the eyes.
func (s *Stage) watch(context.Context, Nothing) (Nothing, error) {
	e := &s.memory.eyes
	e.mu.Lock()
	defer e.mu.Unlock()
	e.open = true
	for _, role := range slices.Sorted(maps.Keys(e.last)) {
		s.onSaw(e.last[role])
	}
	return Nothing{}, nil
}

// stay has a role be at a barrier.
func (s *Stage) stay(ctx context.Context, p Party) error {
	number := s.memory.stays.add(Stay{Role: p.Role, Name: p.Name, Came: time.Now()})
	err := s.barriers.enter(ctx, p, s.stalled)
	s.memory.stays.change(number, func(stay *Stay) {
		stay.Went = time.Now()
		if err != nil {
			stay.Error = err.Error()
		}
	})
	return err
}

func (s *Stage) recorded(context.Context, Nothing) (Recorded, error) {
	r := Recorded{Began: s.memory.began, Frames: s.sw.Recorded()}
	r.Sights, r.SightsBefore = s.memory.sights.last()
	r.Stays, r.StaysBefore = s.memory.stays.last()
	r.Stalls = s.memory.stalls.first()
	return r, nil
}
