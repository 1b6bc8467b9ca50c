package pubsub

import (
	"math/rand/v2"
	"sync"

	"github.com/7aca83c2/multinode/cluster/internal/registry"
)

// Choice says who of a group gets a message. It is one of RoundRobin, Random and
// PreferLocal.
type Choice interface {
	// choose returns one of the candidates, of which there is one at least. The turn
	// counts the messages to the group.
	choose(self registry.Node, candidates []registry.Entry, turn uint64) registry.Entry
}

type roundRobin struct{}

// RoundRobin has the members of a group take turns. Each node that publishes counts for
// itself.
func RoundRobin() Choice { return roundRobin{} }

func (roundRobin) choose(_ registry.Node, candidates []registry.Entry, turn uint64) registry.Entry {
	return candidates[turn%uint64(len(candidates))]
}

type random struct {
	mu   sync.Mutex
	rand *rand.Rand
}

// Random draws a member from the source, which nobody else may use.
func Random(source rand.Source) Choice { return &random{rand: rand.New(source)} }

func (r *random) choose(_ registry.Node, candidates []registry.Entry, _ uint64) registry.Entry {
	r.mu.Lock()
	defer r.mu.Unlock()
	return candidates[r.rand.IntN(len(candidates))]
}

type preferLocal struct{}

// PreferLocal has the members on the publisher's node take turns, and those on other
// nodes if there are none.
func PreferLocal() Choice { return preferLocal{} }

func (preferLocal) choose(self registry.Node, candidates []registry.Entry, turn uint64) registry.Entry {
	var local []registry.Entry
	for _, c := range candidates {
		if c.Owner == self {
			local = append(local, c)
		}
	}
	if len(local) > 0 {
		candidates = local
	}
	return roundRobin{}.choose(self, candidates, turn)
}
