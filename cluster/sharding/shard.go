package sharding

import (
	"container/list"
	"net/url"
	"slices"
	"sync/atomic"
	"time"

	"github.com/7aca83c2/multinode/actor"
)

// shardMessage is what a shard is told: a message for an entity, or something else.
type shardMessage[M any] struct {
	Kind shardKind
	ID   string
	Msg  M
	Ref  actor.Ref[M] // in passivate
}

type shardKind uint8

const (
	forEntity shardKind = iota
	passivate           // the entity wants to stop
	entityEnded
	again // start an entity that ended
	sweep // passivate those that are idle
	drain // stop all, when they have handled what they have
)

// restartAfter is how long an entity that has to run always stays ended.
const restartAfter = 50 * time.Millisecond

// shardActor is the actor that has the entities of one shard as its children.
type shardActor[M any] struct {
	region   *region[M] // only what never changes of it
	name     string
	running  *atomic.Int64
	entities map[string]*entity[M]
	ids      map[actor.Ref[M]]string
	recent   *list.List // of *entity[M], the least recently used first
	kept     int        // messages that wait for entities that stop
	draining bool
	armed    bool // a sweep is due
}

// entity is one entity of the shard.
type entity[M any] struct {
	id       string
	ref      actor.Ref[M]
	used     time.Time
	place    *list.Element
	stopping bool
	waiting  []M
}

var _ actor.PreStarter[shardMessage[int]] = (*shardActor[int])(nil)

func newShardActor[M any](r *region[M], name string, running *atomic.Int64) *shardActor[M] {
	return &shardActor[M]{region: r, name: name, running: running}
}

// fresh returns the actor without any entities.
func (s *shardActor[M]) fresh() *shardActor[M] {
	s.running.Store(0)
	return &shardActor[M]{
		region: s.region, name: s.name, running: s.running,
		entities: map[string]*entity[M]{}, ids: map[actor.Ref[M]]string{}, recent: list.New(),
	}
}

// PreStart starts the entities that always run. An error has the actor try again.
func (s *shardActor[M]) PreStart(ctx *actor.Context[shardMessage[M]]) error {
	ids, err := s.known()
	for _, id := range ids {
		_, _ = s.spawn(ctx, id) // which logs why not
	}
	return err
}

// known returns the entities that run even if nobody sends them anything. What the store
// has of another shard's is not run here: that shard runs it.
func (s *shardActor[M]) known() ([]string, error) {
	switch {
	case s.config().immortal:
		return []string{s.name}, nil
	case s.config().store != nil:
		ids, err := s.config().store.Entities(s.config().name, s.name)
		return slices.DeleteFunc(ids, func(id string) bool { return s.config().shardOf(id) != s.name }), err
	}
	return nil, nil
}

func (s *shardActor[M]) config() *config { return s.region.config }

// Receive handles a message.
func (s *shardActor[M]) Receive(ctx *actor.Context[shardMessage[M]], m shardMessage[M]) error {
	switch m.Kind {
	case forEntity:
		s.deliver(ctx, m.ID, m.Msg)
	case passivate:
		if id, known := s.ids[m.Ref]; known {
			s.stop(ctx, s.entities[id])
		}
	case entityEnded:
		s.ended(ctx, m.ID)
	case again:
		if s.entities[m.ID] == nil && !s.draining {
			_, _ = s.spawn(ctx, m.ID)
		}
	case sweep:
		s.armed = false
		s.sweep(ctx)
	case drain:
		s.draining = true
		for _, id := range inOrder(s.entities) {
			s.stop(ctx, s.entities[id])
		}
		s.finish(ctx)
	}
	return nil
}

func (s *shardActor[M]) deliver(ctx *actor.Context[shardMessage[M]], id string, m M) {
	e := s.entities[id]
	if e == nil {
		if e = s.start(ctx, id, m); e == nil {
			return
		}
	}
	if s.config().idle > 0 || s.config().most > 0 {
		e.used = time.Now()
		s.recent.MoveToBack(e.place)
	}
	if !e.stopping {
		e.ref.Tell(m)
		return
	}
	if s.kept >= s.config().buffer {
		s.drop(ctx, id, m, ErrFull)
		return
	}
	s.kept++
	e.waiting = append(e.waiting, m)
}

// start starts an entity because of a message for it. It is remembered first: one that
// has handled a message is never forgotten.
func (s *shardActor[M]) start(ctx *actor.Context[shardMessage[M]], id string, m M) *entity[M] {
	if store := s.config().store; store != nil {
		if err := store.Remember(s.config().name, s.name, id); err != nil {
			s.drop(ctx, id, m, err)
			return nil
		}
	}
	e, err := s.spawn(ctx, id)
	if err != nil {
		s.drop(ctx, id, m, err)
		return nil
	}
	if most := s.config().most; most > 0 {
		s.passivateBeyond(ctx, most)
	}
	return e
}

func (s *shardActor[M]) spawn(ctx *actor.Context[shardMessage[M]], id string) (*entity[M], error) {
	create := func() actor.Actor[M] { return s.region.entity(id) }
	ref, err := actor.Spawn(ctx, nameFor(id), create, s.config().entities...)
	if err != nil {
		ctx.Log().Error("sharding: entity not started", "type", s.config().name, "id", id, "error", err)
		if s.config().immortal {
			ctx.After("again "+id, restartAfter, shardMessage[M]{Kind: again, ID: id})
		}
		return nil, err
	}
	e := &entity[M]{id: id, ref: ref, used: time.Now()}
	e.place = s.recent.PushBack(e)
	s.entities[id], s.ids[ref] = e, id
	s.running.Add(1)
	s.sweepIn(ctx, s.config().idle)
	ctx.WatchWith(ref, shardMessage[M]{Kind: entityEnded, ID: id})
	return e, nil
}

// nameFor returns a name that an actor can have.
func nameFor(id string) string {
	if name := url.QueryEscape(id); len(name) <= 255 {
		return name
	}
	return "" // one is chosen
}

// stop ends an entity behind what it was sent. It is started again by what comes after.
func (s *shardActor[M]) stop(ctx *actor.Context[shardMessage[M]], e *entity[M]) {
	if !e.stopping {
		e.stopping = true
		_ = ctx.DrainChild(e.ref)
	}
}

// ended takes an entity out. If it has messages it is started again.
func (s *shardActor[M]) ended(ctx *actor.Context[shardMessage[M]], id string) {
	e := s.entities[id]
	delete(s.entities, id)
	delete(s.ids, e.ref)
	s.recent.Remove(e.place)
	s.running.Add(-1)
	s.kept -= len(e.waiting)
	switch {
	case len(e.waiting) > 0:
		for _, m := range e.waiting {
			s.deliver(ctx, id, m)
		}
		if next := s.entities[id]; next != nil && s.draining {
			s.stop(ctx, next)
		}
	case s.draining:
	case s.config().immortal:
		ctx.After("again "+id, restartAfter, shardMessage[M]{Kind: again, ID: id})
	case s.config().store != nil:
		if err := s.config().store.Forget(s.config().name, s.name, id); err != nil {
			ctx.Log().Warn("sharding: entity not forgotten", "type", s.config().name, "id", id, "error", err)
		}
	}
	s.finish(ctx)
}

// finish ends the shard once all its entities have ended.
func (s *shardActor[M]) finish(ctx *actor.Context[shardMessage[M]]) {
	if s.draining && len(s.entities) == 0 {
		ctx.StopSelf()
	}
}

// sweepIn has a sweep come, if idle entities are passivated at all.
func (s *shardActor[M]) sweepIn(ctx *actor.Context[shardMessage[M]], d time.Duration) {
	if s.config().idle > 0 && !s.armed {
		s.armed = true
		ctx.After("sweep", d, shardMessage[M]{Kind: sweep})
	}
}

// sweep passivates those that got no message for a while.
func (s *shardActor[M]) sweep(ctx *actor.Context[shardMessage[M]]) {
	for p := s.recent.Front(); p != nil; p = p.Next() {
		e := p.Value.(*entity[M])
		if left := s.config().idle - time.Since(e.used); left > 0 {
			s.sweepIn(ctx, left)
			return
		}
		s.stop(ctx, e)
	}
}

// passivateBeyond passivates the least recently used, so that at most n go on.
func (s *shardActor[M]) passivateBeyond(ctx *actor.Context[shardMessage[M]], n int) {
	going := 0
	for p := s.recent.Back(); p != nil; p = p.Prev() {
		if e := p.Value.(*entity[M]); !e.stopping {
			if going++; going > n {
				s.stop(ctx, e)
			}
		}
	}
}

func (s *shardActor[M]) drop(ctx *actor.Context[shardMessage[M]], id string, m M, why error) {
	s.region.desk.drop(ctx.System(), ctx.Log(), Dropped{s.config().name, s.name, id, m, why})
}
