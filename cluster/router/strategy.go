package router

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"

	"github.com/7aca83c2/multinode/cluster/internal/registry"
	"github.com/7aca83c2/multinode/cluster/internal/rendezvous"
)

// Strategy says which routee gets a message. It is one of RoundRobin, Random,
// ConsistentHash and LeastLoaded, and may be used for several routers.
type Strategy interface {
	// takes returns an error if it is not for messages of that type.
	takes(message reflect.Type) error
	// start returns what chooses for one router.
	start() chooser
}

// chooser chooses for one router.
type chooser interface {
	// choose returns the index of one of the candidates, of which there is one at least.
	choose(candidates []candidate, message func() any) int
}

// candidate is a routee as a chooser sees it.
type candidate struct {
	name        string // address and path
	outstanding uint64 // messages, 0 unless the chooser is a *shortest
}

// anyMessage is for strategies that do not look at messages.
type anyMessage struct{}

func (anyMessage) takes(reflect.Type) error { return nil }

type roundRobin struct{ anyMessage }

// RoundRobin has the routees take turns.
func RoundRobin() Strategy { return roundRobin{} }

func (roundRobin) start() chooser { return &turns{} }

type turns struct{ next int }

func (t *turns) choose(candidates []candidate, _ func() any) int {
	i := t.next % len(candidates)
	t.next = i + 1
	return i
}

type random struct {
	anyMessage
	rand *rand.Rand
}

// Random draws a routee from the source, which nothing else may use: a second router
// needs a source of its own.
func Random(source rand.Source) Strategy { return random{rand: rand.New(source)} }

func (r random) start() chooser { return r }

func (r random) choose(candidates []candidate, _ func() any) int { return r.rand.IntN(len(candidates)) }

type consistentHash[M any] struct{ key func(M) string }

// ConsistentHash sends messages with the same key to the same routee, as long as there is
// no other one. When one of n routees comes or goes, about one key in n moves, and only
// from or to that one. In a cut the keys of those who cannot be reached move, too, and
// back afterwards.
func ConsistentHash[M any](key func(M) string) Strategy { return consistentHash[M]{key} }

func (c consistentHash[M]) takes(message reflect.Type) error {
	if mine := reflect.TypeFor[M](); mine != message {
		return fmt.Errorf("ConsistentHash of %s for messages of %s: %w", registry.TypeName[M](), message, ErrStrategy)
	}
	return nil
}

func (c consistentHash[M]) start() chooser { return c }

func (c consistentHash[M]) choose(candidates []candidate, message func() any) int {
	m, _ := message().(M) // a nil of an interface type is none, and its zero value
	names := make([]string, len(candidates))
	for i, one := range candidates {
		names[i] = one.name
	}
	return slices.Index(names, rendezvous.Pick(c.key(m), names))
}

type leastLoaded struct{ anyMessage }

// LeastLoaded sends each message to the routee that has the fewest outstanding of those
// that this router sent it; those who have equally few take turns.
func LeastLoaded() Strategy { return leastLoaded{} }

func (leastLoaded) start() chooser { return &shortest{} }

type shortest struct{ next int }

func (s *shortest) choose(candidates []candidate, _ func() any) int {
	n := len(candidates)
	best := s.next % n
	for k := 1; k < n; k++ {
		if i := (s.next + k) % n; candidates[i].outstanding < candidates[best].outstanding {
			best = i
		}
	}
	s.next = best + 1
	return best
}
