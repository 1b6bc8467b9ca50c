package singleton

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/transport"
)

// Info is what a node knows of a singleton.
type Info struct {
	Name string
	// Address is where the node believes the instance to be, or empty while it does not
	// know.
	Address transport.Address
	// Here says that this node runs an instance, which may be about to stop.
	Here bool
	// Buffered is how many messages wait on this node, and Dropped how many it has
	// dropped so far.
	Buffered, Dropped int
}

// On returns what a node knows of the singletons that it has called Start or Proxy for,
// by name. It does not wait for any actor.
func On(sys *actor.System) []Info {
	b := boardOf(sys)
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.SortedFunc(maps.Values(b.infos), func(x, y Info) int { return strings.Compare(x.Name, y.Name) })
}

// board is where the keepers of a node write what they know.
type board struct {
	mu    sync.Mutex
	infos map[string]Info
}

func boardOf(sys *actor.System) *board {
	return actor.Extension(sys, func() *board { return &board{infos: map[string]Info{}} })
}

func (b *board) write(i Info) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.infos[i.Name] = i
}
