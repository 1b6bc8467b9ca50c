package actor

import (
	"context"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"strconv"
	"sync"
	"time"
)

// WithTurns has what is ready to run on the system, actors and timers, wait for its turn. It is handed to later with a
// name that nothing else on the system has, and later has it run, in a goroutine of its own, when its turn has come.
// With transport.Steps.Later the actors of several systems run one after another, in an order that does not depend
// on the scheduler of goroutines. The default is to run at once.
func WithTurns(later func(name string, run func())) SystemOption {
	return systemOption(func(s *System) { s.later = later })
}

// WithSeed has System.Seed return the same numbers in each run. The default is what the runtime draws.
func WithSeed(seed uint64) SystemOption {
	return systemOption(func(s *System) { s.seeds.seed, s.seeds.drawn = seed, map[string]int{} })
}

// Seed returns a number from which what runs on the system can draw random ones. It is another one for each name, and
// each time.
func (s *System) Seed(name string) uint64 {
	if s.seeds.drawn == nil {
		return rand.Uint64()
	}
	s.seeds.mu.Lock()
	defer s.seeds.mu.Unlock()
	s.seeds.drawn[name]++
	h := fnv.New64a()
	_, _ = h.Write([]byte(strconv.FormatUint(s.seeds.seed, 10) + " " + strconv.Itoa(s.seeds.drawn[name]) + " " + name))
	return h.Sum64()
}

// seeds is what Seed draws from.
type seeds struct {
	mu    sync.Mutex
	seed  uint64
	drawn map[string]int // how often, by name; nil without WithSeed
}

// Turn waits for the turn of a goroutine that is no actor's. Of several that are to do something on the system at one
// time, one goes on after another, in the order of their names; those of one name in the order of their calls. It
// returns at once without WithTurns, and also when ctx or the system ends.
func (s *System) Turn(ctx context.Context, name string) {
	if s.later == nil {
		return
	}
	turn := make(chan struct{})
	s.start(name, func() { close(turn) })
	select {
	case <-turn:
	case <-s.over:
	case <-ctx.Done():
	}
}

// askName returns the name of an Ask's turn: of several that ask one actor at one time, what they ask decides, as fmt
// prints it.
func askName(ref AnyRef, message any) string {
	h := fnv.New64a()
	_, _ = fmt.Fprint(h, message)
	return "ask " + ref.String() + " " + strconv.FormatUint(h.Sum64(), 36)
}

// start has something run, in a goroutine of its own.
func (s *System) start(name string, run func()) {
	if s.later == nil {
		go run()
		return
	}
	s.later(s.turnName(name), run)
}

func (s *System) turnName(name string) string { return string(s.address) + " " + name }

// after has something run, in a goroutine of its own, after d.
func (s *System) after(d time.Duration, name string, run func()) *time.Timer {
	if s.later == nil {
		return time.AfterFunc(d, run)
	}
	return time.AfterFunc(d, func() { s.start(name, run) })
}
