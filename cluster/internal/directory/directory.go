// Package directory keeps what receptionist and router share on each node: one registry of
// actors by key, and one meter, which tells how far actors have come with what they were
// sent, so that who sends knows how many of its messages are outstanding, and the actors
// need not care.
//
// A probe follows messages on their way: it comes to the node of the actor after them
// (TellLast), and puts a mark behind them into the actor's mailbox. When the actor comes to
// it, the mark reports back. Probes and reports may be lost with a cut: ask again.
package directory

import (
	"sync"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/cluster/internal/registry"
)

// service is the name under which the nodes find each other's registry.
const service = "receptionist"

// extension keeps the directory of a system.
type extension struct {
	once     sync.Once
	registry *registry.Registry
	err      error
}

// Of returns the registry of the node of m, which the first call starts.
func Of(m *cluster.Membership) (*registry.Registry, error) {
	e := actor.Extension(m.System(), func() *extension { return &extension{} })
	e.once.Do(func() {
		if e.err = startMeter(m.System()); e.err == nil {
			e.registry, e.err = registry.Start(m, service, registry.Interval)
		}
	})
	return e.registry, e.err
}
